import { startStack } from "./stack";

/** `DOLLARCLUB_URL` and `DOLLARCLUB_SETUP_CODE` of a running, empty platform are used instead of starting one. */
export default async function globalSetup(): Promise<(() => Promise<void>) | undefined> {
  if (process.env.DOLLARCLUB_URL) return undefined;
  const { url, setupCode, dataDir, stop } = await startStack();
  process.env.DOLLARCLUB_URL = url;
  process.env.DOLLARCLUB_SETUP_CODE = setupCode;
  process.env.DOLLARCLUB_DATA_DIR = dataDir;
  return stop;
}
