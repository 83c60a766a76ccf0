import { existsSync } from "node:fs";
import { defineConfig, devices } from "@playwright/test";

const INSTALLED = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"]
  .map((name) => `/usr/bin/${name}`)
  .find(existsSync);

const args = [
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];
if (process.getuid?.() === 0) args.push("--no-sandbox");

export default defineConfig({
  testDir: "e2e",
  outputDir: "e2e/.artifacts/results",
  globalSetup: "./e2e/global-setup.ts",
  timeout: 60_000,
  expect: { timeout: 10_000 },
  workers: 1,
  forbidOnly: Boolean(process.env.CI),
  retries: process.env.CI ? 1 : 0,
  reporter: [["list"]],
  use: {
    ...devices["Desktop Chrome"],
    viewport: { width: 1360, height: 860 },
    colorScheme: "dark",
    locale: "en-GB",
    trace: "retain-on-failure",
    launchOptions: { executablePath: INSTALLED, args },
  },
  projects: [
    { name: "first-account", testMatch: "first-account.setup.ts" },
    { name: "chromium", testMatch: "*.spec.ts", dependencies: ["first-account"] },
  ],
});
