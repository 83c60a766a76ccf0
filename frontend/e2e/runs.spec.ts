import type { Locator, WebSocketRoute } from "@playwright/test";
import { expect, expectLive, test } from "./fixtures";
import { lookAt } from "./looks";
import { execute, logOf, state, upload } from "./scripts-support";

const COLOURS = `import sys, time
print("\\x1b[32mINFO\\x1b[0m bought \\x1b[1m0.01\\x1b[0m BTC")
print("WARNING the spread is wide")
print("ERROR the order was refused")
print("DEBUG tick")
print("    indented <b>not bold</b> \\N{SNOWMAN}")
sys.stdout.flush()
sys.stdout.buffer.write(b"bad \\xff byte\\n")
sys.stdout.flush()
for number in range(1, 101):
    print(f"\\rloading {number} %", end="")
print()
print("on stderr", file=sys.stderr)
print("last word", end="")
`;

test("a log shows colours, streams, progress bars and bytes that are no text", async ({ page, account }) => {
  const { id } = await upload(page, "colours.py", COLOURS);
  await page.goto(`/runs/${await execute(page, id)}`);
  await expect(state(page)).toHaveText("Completed");
  const log = logOf(page);
  await expect(log).toContainText("INFO bought 0.01 BTC");
  await expect(log).toContainText("    indented <b>not bold</b> ☃");
  await expect(log).toContainText("bad � byte");
  await expect(log).toContainText("loading 100 %");
  await expect(log).not.toContainText("loading 99 %");
  await expect(log).toContainText("last word");
  await expect(log.locator("[data-stream=stderr]")).toContainText("err");
  await expect(page.getByText("The script ended with exit code 0.")).toHaveCount(0);
  await lookAt(page, "run-colours");

  await page.getByRole("button", { name: "Filter" }).click();
  await page.getByRole("checkbox", { name: "Warning" }).check();
  await page.getByRole("checkbox", { name: "Error", exact: true }).check();
  await expect(log.locator("[data-row]")).toHaveCount(2);
  await lookAt(page, "run-filter");
  await page.getByRole("button", { name: "Show everything" }).click();
  await page.getByRole("checkbox", { name: "Errors (stderr)" }).check();
  await expect(log.locator("[data-row]")).toHaveCount(1);
  await expect(page).toHaveURL(/stream=stderr/);
  expect(account.email).not.toBe("");
});

const MILLION = `import sys
line = "2026-01-01 12:00:00,000 INFO price of BTC/USDT is 67123.45"
for block in range(1000):
    sys.stdout.write("".join(f"{line} #{block * 1000 + number}\\n" for number in range(1, 1001)))
`;

test("a million lines: the end at once, any place by scrolling, search through all", async ({
  page,
  account,
}) => {
  test.setTimeout(180_000);
  const { id } = await upload(page, "million.py", MILLION);
  const run = await execute(page, id);
  await page.goto(`/runs/${run}`);
  await expect(state(page)).toHaveText("Completed", { timeout: 90_000 });
  await page.reload();
  const log = logOf(page);
  await expect(log).toContainText("#1000000");
  await expect(log).toHaveAttribute("data-rows", "1000000");

  await page.getByRole("button", { name: "To the first line" }).click();
  await expect(log).toContainText("#1\n");
  await log.evaluate((element) => (element.scrollTop = element.scrollHeight / 2));
  await expect(log.locator("[data-row]:not([data-loading])").first()).toBeVisible();
  const longest = await log.evaluate(async (element) => {
    let worst = 0;
    let before = performance.now();
    for (let frame = 0; frame < 240; frame += 1) {
      element.scrollTop += frame % 60 === 59 ? 200_000 : 400;
      await new Promise(requestAnimationFrame);
      worst = Math.max(worst, performance.now() - before);
      before = performance.now();
    }
    return worst;
  });
  test
    .info()
    .annotations.push({ type: "longest frame while scrolling, ms", description: longest.toFixed(0) });
  expect(longest).toBeLessThan(500);

  await log.press("Control+f");
  await page.keyboard.type("#777777");
  await page.keyboard.press("Enter");
  await expect(page.getByText("1 of 1", { exact: true })).toBeVisible({ timeout: 60_000 });
  await page.keyboard.press("Enter");
  await expect(log.locator("[data-current]")).toContainText("#777777");
  await lookAt(page, "run-million");
  expect(account.email).not.toBe("");
});

/** The number that the script gave the last line on screen; it must be the line's own place in the log. */
async function newestLine(log: Locator): Promise<number> {
  return log.evaluate((element) => {
    const row = [...element.querySelectorAll<HTMLElement>("[data-row]")].at(-1);
    const said = Number(/line (\d+)$/.exec(row?.innerText ?? "")?.[1]);
    const place = Number(row?.dataset.row);
    if (said !== place) throw new Error(`Line ${said} is shown in place ${place}.`);
    return said;
  });
}

const CHATTER = `import sys, time
number = 0
for second in range(4000):
    for _ in range(200):
        number += 1
        print(f"line {number}")
    sys.stdout.flush()
    time.sleep(0.05)
`;

test("following pauses on scrolling up and goes on where asked; nothing is lost over a break", async ({
  page,
  account,
}) => {
  const sockets: WebSocketRoute[] = [];
  await page.routeWebSocket(/\/api\/live$/, (socket) => {
    socket.connectToServer();
    sockets.push(socket);
  });
  const { id } = await upload(page, "chatter.py", CHATTER);
  const run = await execute(page, id);
  await page.goto(`/runs/${run}`);
  await expectLive(page);
  const log = logOf(page);
  await expect(log).toContainText(/line \d{4}/);
  await log.hover();
  await page.mouse.wheel(0, -600);
  const follow = page.getByRole("button", { name: /new lines? · follow/ });
  await expect(follow).toBeVisible();
  const still = await log.locator("[data-row]").first().innerText();
  await expect(follow).toContainText(/[1-9],\d{3} new lines/);
  expect(await log.locator("[data-row]").first().innerText()).toBe(still);
  await lookAt(page, "run-live");

  await follow.click();
  await expect(page.getByRole("button", { name: /follow/i })).toHaveCount(0);
  for (let broken = 1; broken <= 3; broken += 1) {
    const before = await newestLine(log);
    await sockets.at(-1)?.close({ code: 1012 });
    await expect.poll(() => sockets.length).toBe(broken + 1);
    await expect.poll(() => newestLine(log)).toBeGreaterThan(before + 200);
  }

  await page.getByRole("button", { name: "Stop", exact: true }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Stop" }).click();
  await expect(state(page)).toHaveText("Stopped");
  const numbers = await page.evaluate(async (runId) => {
    const text = await (await fetch(`/api/runs/${runId}/logs.txt`)).text();
    return text.split("\n").flatMap((line) => /^line (\d+)$/.exec(line)?.[1] ?? []);
  }, run);
  const end = page.getByRole("button", { name: "To the last line" });
  await end.click();
  await expect(log).toContainText(`line ${numbers.at(-1)}`);
  await expect(log).toHaveAttribute("data-rows", String(numbers.length));
  expect(account.email).not.toBe("");
});

test("a run that ignores being told to end shows that it is stopping until it is gone", async ({
  page,
  account,
}) => {
  const { id } = await upload(
    page,
    "stubborn.py",
    "import signal, time\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\nprint('ready', flush=True)\ntime.sleep(300)\n",
  );
  await page.goto(`/runs/${await execute(page, id)}`);
  await expect(logOf(page)).toContainText("ready");
  await page.getByRole("button", { name: "Stop", exact: true }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Stop" }).click();
  await expect(state(page)).toHaveText("Stopping…");
  await expect(
    page.getByRole("status").filter({ hasText: "The script was told to end and has 5" }),
  ).toBeVisible();
  await lookAt(page, "run-stopping");
  await expect(state(page)).toHaveText("Stopped");
  await expect(page.getByText("it did not end within its grace time and was killed")).toBeVisible();
  await page.getByRole("button", { name: "Run again" }).click();
  await expect(state(page)).toHaveText("Running");
  await page.getByRole("button", { name: "Stop", exact: true }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Stop" }).click();
  await expect(state(page)).toHaveText("Stopped");
  expect(account.email).not.toBe("");
});

test("a failed run says why, and the list keeps its filters in the URL", async ({ page, account }) => {
  const failing = await upload(page, "failing.py", "prices = {}\nprint(prices['BTC/USDT'])\n");
  const fine = await upload(page, "fine.py", "print('ok')\n");
  await execute(page, fine.id);
  await page.goto(`/runs/${await execute(page, failing.id)}`);
  await expect(state(page)).toHaveText("Failed");
  await expect(page.getByText("The script ended with exit code 1.")).toBeVisible();
  await expect(logOf(page).locator("[data-level=error]").last()).toContainText("KeyError: 'BTC/USDT'");
  await lookAt(page, "run-failed");

  await page.goto("/runs");
  const table = page.getByRole("table", { name: "Runs" });
  await expect(table.getByRole("row")).toHaveCount(3);
  await lookAt(page, "runs");
  await page.getByRole("combobox", { name: "States" }).click();
  await page.getByRole("option", { name: "Failed" }).click();
  await expect(page).toHaveURL(/status=failed/);
  await expect(table.getByRole("row")).toHaveCount(2);
  await page.reload();
  await expect(table.getByRole("row")).toHaveCount(2);
  await page.goto("/runs/00000000-0000-7000-8000-000000000000");
  await expect(page.getByRole("heading", { name: "No such run" })).toBeVisible();
  expect(account.email).not.toBe("");
});
