import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";

export interface Stack {
  url: string;
  /** The one-time code of the first account. */
  setupCode: string;
  dataDir: string;
  stop: () => Promise<void>;
}

const ROOT = resolve(import.meta.dirname, "../..");
const START_WITHIN = 90_000;

/** The whole platform, as `make run` starts it, on a free port and in a folder of its own. */
export async function startStack(): Promise<Stack> {
  const folder = await mkdtemp(join(tmpdir(), "dollarclub-e2e-"));
  const dataDir = join(folder, "data");
  const child = spawn(join(ROOT, ".venv/bin/python"), ["-m", "dollarclub.entry.cli", "up", "--json"], {
    cwd: ROOT,
    env: {
      ...process.env,
      PYTHONPATH: join(ROOT, "backend"),
      DATA_DIR: dataDir,
      PORT: String(await freePort()),
      AUTH_RATE_PER_ADDRESS: "10000/minute",
      AUTH_RATE_PER_ACCOUNT: "10000/minute",
    },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const stop = async () => {
    if (child.exitCode === null && child.signalCode === null) {
      const gone = once(child, "exit");
      child.kill("SIGTERM");
      await gone;
    }
    await rm(folder, { recursive: true, force: true });
  };
  try {
    const { url, setup_code: setupCode } = await announced(child);
    return { url, setupCode, dataDir, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** The facts that `up --json` prints as one line once the platform answers. */
async function announced(child: ChildProcess): Promise<{ url: string; setup_code: string }> {
  if (!child.stdout) throw new Error("The platform's output is not readable.");
  const lines = createInterface(child.stdout);
  const abort = AbortSignal.timeout(START_WITHIN);
  const ended = once(child, "exit", { signal: abort }).then(([code]) => {
    throw new Error(`The platform ended with code ${String(code)} while it started.`);
  });
  const first = once(lines, "line", { signal: abort }) as Promise<[string]>;
  const [line] = await Promise.race([first, ended]);
  ended.catch(() => undefined);
  return JSON.parse(line) as { url: string; setup_code: string };
}

/** `kill -9` the processes of the platform in `dataDir` whose command line holds `command`; how many there were. */
export async function killPart(dataDir: string, command: string): Promise<number> {
  let killed = 0;
  for (const pid of (await readdir("/proc")).filter((name) => /^\d+$/.test(name))) {
    const read = (file: string) => readFile(`/proc/${pid}/${file}`, "utf8").catch(() => "");
    const isOurs = (await read("environ")).split("\0").includes(`DATA_DIR=${dataDir}`);
    if (!isOurs || !(await read("cmdline")).replaceAll("\0", " ").includes(command)) continue;
    process.kill(Number(pid), "SIGKILL");
    killed += 1;
  }
  return killed;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (address === null || typeof address === "string") throw new Error("No free port.");
  return address.port;
}
