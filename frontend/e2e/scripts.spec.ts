import { expect, expectLive, test } from "./fixtures";
import { lookAt } from "./looks";
import { dropFiles, execute, logOf, state, upload } from "./scripts-support";

const TICKER = `import time
for number in range(1, 4000):
    print(f"tick {number}", flush=True)
    time.sleep(0.05)
`;
const REPORT = `import sys
print("INFO report begins")
for number in range(300):
    print(f"row {number}")
print("a problem", file=sys.stderr)
print("report ends")
`;

test("upload two scripts by drag and drop, run both, watch, stop one, edit and run again", async ({
  page,
  account,
}) => {
  await page.goto("/scripts");
  await expectLive(page);
  await expect(page.getByRole("heading", { name: "Upload your first script" })).toBeVisible();
  await lookAt(page, "scripts-empty");

  const area = page.getByRole("button", { name: /^Upload scripts/ });
  await dropFiles(area, {
    "ticker.py": TICKER,
    "report.py": REPORT,
    "broken.py": "x = 1\ny = (\n",
    "notes.txt": "no script",
  });
  const uploads = page.getByRole("region", { name: "Uploads" });
  await expect(uploads.locator("[data-upload='ticker.py']").getByText("uploaded")).toBeVisible();
  await expect(uploads.locator("[data-upload='report.py']").getByText("uploaded")).toBeVisible();
  await expect(uploads.getByText("broken.py was not uploaded")).toBeVisible();
  await expect(uploads.locator("[data-upload='broken.py']")).toContainText("2 | y = (");
  await expect(uploads.getByText("notes.txt was not uploaded")).toBeVisible();
  await lookAt(page, "scripts-uploaded");
  const table = page.getByRole("table", { name: "Scripts" });
  await expect(table.getByRole("row")).toHaveCount(3);

  await table.getByRole("button", { name: "Run ticker.py" }).click();
  await expect(page).toHaveURL(/\/runs\//);
  await expect(state(page)).toHaveText("Running");
  await expect(logOf(page)).toContainText("tick 5");
  const seen = await logOf(page).locator("[data-row]").last().innerText();
  await expect(logOf(page).locator("[data-row]").last()).not.toHaveText(seen);

  await page.goto("/scripts");
  await table.getByRole("button", { name: "Run report.py" }).click();
  await expect(state(page)).toHaveText("Completed");
  await expect(logOf(page)).toContainText("report ends");
  await expect(logOf(page).locator("[data-stream=stderr]")).toContainText("a problem");
  await page.getByRole("button", { name: "To the first line" }).click();
  await expect(logOf(page)).toContainText("report begins");

  await page.goto("/scripts");
  await expect(table.getByText("Running")).toBeVisible();
  await table.getByRole("button", { name: "Stop ticker.py" }).click();
  await expect(page.getByRole("dialog", { name: "Stop ticker.py?" })).toBeVisible();
  await page.getByRole("button", { name: "Stop", exact: true }).click();
  await expect(table.getByText("Stopped")).toBeVisible();
  await lookAt(page, "scripts");

  await table.getByRole("link", { name: "report.py", exact: true }).click();
  const editor = page.getByRole("textbox", { name: "Source of report.py" });
  await expect(editor).toContainText("report begins");
  await editor.press("Control+Home");
  await editor.pressSequentially("print('edited')\n");
  await expect(page.getByText("with changes that are not saved")).toBeVisible();
  await page.getByRole("button", { name: "Save and run" }).click();
  await expect(page).toHaveURL(/\/runs\//);
  await expect(logOf(page)).toContainText("report ends");
  await page.getByRole("button", { name: "To the first line" }).click();
  await expect(logOf(page)).toContainText("edited");
  await expect(page.getByText(/^Version 2/)).toBeVisible();
  expect(account.email).not.toBe("");
});

test("a syntax error is marked on its line and nothing is saved", async ({ page, account }) => {
  const { id } = await upload(page, "strategy.py", "print('one')\n");
  await page.goto(`/scripts/${id}`);
  const editor = page.getByRole("textbox", { name: "Source of strategy.py" });
  await editor.press("Control+End");
  await editor.pressSequentially("if True\n");
  await editor.press("Control+s");
  await expect(page.getByText("Not saved: an error in line 2")).toBeVisible();
  await expect(page.locator(".cm-lint-marker-error")).toBeVisible();
  await lookAt(page, "script-syntax-error");
  await editor.press("Control+a");
  await editor.pressSequentially("print('two')\n");
  await editor.press("Control+s");
  await expect(page.getByText("Version 2, saved")).toBeVisible();
  await lookAt(page, "script-editor");

  await editor.press("Control+End");
  await editor.pressSequentially("x = 1");
  await page.getByRole("link", { name: "Runs", exact: true }).click();
  await expect(page.getByRole("dialog", { name: "Leave strategy.py without saving?" })).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(page).toHaveURL(new RegExp(`/scripts/${id}$`));
  await page.getByRole("link", { name: "Runs", exact: true }).click();
  await page.getByRole("button", { name: "Leave and lose the changes" }).click();
  await expect(page).toHaveURL(/\/runs$/);
  expect(account.email).not.toBe("");
});

test("two hands on one script: the later save is a choice, and every version stays", async ({
  page,
  account,
}) => {
  const { id } = await upload(page, "shared.py", "print('first')\n");
  await page.goto(`/scripts/${id}`);
  const editor = page.getByRole("textbox", { name: "Source of shared.py" });
  await editor.press("Control+End");
  await editor.pressSequentially("print('mine')\n");
  const other = await page.request.put(`/api/scripts/${id}/content`, {
    data: { content: "print('theirs')\n", based_on: 1 },
    headers: { origin: new URL(page.url()).origin },
  });
  expect(other.status()).toBe(200);
  await expect(page.getByText("Version 2 was saved while you edited")).toBeVisible();
  await page.getByRole("button", { name: "Compare" }).click();
  await expect(page.getByRole("dialog")).toContainText("print('theirs')");
  await lookAt(page, "script-conflict");
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "Save mine as the newest" }).click();
  await expect(page.getByText("Version 3, saved")).toBeVisible();

  await page.getByRole("tab", { name: "Versions" }).click();
  const versions = page.getByRole("table", { name: "Versions" });
  await expect(versions.getByRole("row")).toHaveCount(4);
  await versions.getByRole("button", { name: "Compare" }).last().click();
  await expect(page).toHaveURL(/before=1/);
  await expect(page.locator(".cm-insertedLine, .cm-changedLine").first()).toBeVisible();
  await lookAt(page, "script-versions");
  await page.getByRole("button", { name: "Restore version 1" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Restore version 1" }).click();
  await expect(versions.getByRole("row")).toHaveCount(5);
  await page.getByRole("tab", { name: "Editor" }).click();
  await expect(editor).toHaveText(/print\('first'\)/);
  await expect(editor).not.toContainText("mine");
  expect(account.email).not.toBe("");
});

test("settings hold from the next run on", async ({ page, account }) => {
  await page.request.put("/api/secrets/API_KEY", {
    data: { value: "s3cret" },
    headers: {
      origin: new URL(page.url() === "about:blank" ? (process.env.DOLLARCLUB_URL ?? "") : page.url()).origin,
    },
  });
  const { id } = await upload(page, "keys.py", "import os\nprint('key has', len(os.environ['API_KEY']))\n");
  await page.goto(`/scripts/${id}?tab=settings`);
  await page.getByRole("combobox", { name: "Secret variables" }).click();
  await page.getByRole("option", { name: "API_KEY" }).click();
  await page.keyboard.press("Escape");
  await page.getByLabel("Memory").fill("8");
  await page.getByRole("button", { name: "Save settings" }).click();
  await expect(page.getByText("At least 16 MiB.").first()).toBeVisible();
  await page.getByLabel("Memory").fill("300");
  await page.getByRole("switch", { name: "Network" }).uncheck();
  await lookAt(page, "script-settings");
  await page.getByRole("button", { name: "Save settings" }).click();
  await expect(page.getByText("Settings saved.")).toBeVisible();
  await page.reload();
  await expect(page.getByLabel("Memory")).toHaveValue("300");
  await page.getByRole("button", { name: "Run", exact: true }).click();
  await expect(logOf(page)).toContainText("key has 6");
  await expect(page.getByText("300 MiB")).toBeVisible();
  expect(account.email).not.toBe("");
});

test("filters are in the URL, and a script is deleted after it was named", async ({ page, account }) => {
  const first = await upload(page, "alpha.py", "print('a')\n");
  await upload(page, "beta.py", "print('b')\n");
  await execute(page, first.id);
  await page.goto("/scripts?q=alp");
  const table = page.getByRole("table", { name: "Scripts" });
  await expect(table.getByRole("row")).toHaveCount(2);
  await page.getByRole("searchbox", { name: "Search by name" }).fill("");
  await expect(table.getByRole("row")).toHaveCount(3);
  await table.getByRole("button", { name: "Script", exact: true }).click();
  await expect(page).toHaveURL(/sort=/);
  await page.getByRole("combobox", { name: "State" }).click();
  await page.getByRole("option", { name: "Completed" }).click();
  await expect(page).toHaveURL(/status=completed/);
  await expect(table.getByRole("link", { name: "alpha.py", exact: true })).toBeVisible();
  await expect(table.getByRole("row")).toHaveCount(2);

  const download = page.waitForEvent("download");
  await page.getByRole("button", { name: "CSV" }).click();
  expect((await download).suggestedFilename()).toBe("scripts.csv");

  await table.getByRole("button", { name: "Delete alpha.py" }).click();
  await expect(page.getByRole("dialog", { name: "Delete alpha.py?" })).toContainText(
    "Its runs and their logs stay",
  );
  await page.getByRole("button", { name: "Delete the script" }).click();
  await expect(page.getByRole("heading", { name: "No script matches" })).toBeVisible();
  await page.getByRole("button", { name: "Show all scripts" }).click();
  await expect(table.getByRole("link", { name: "beta.py", exact: true })).toBeVisible();
  await page.goto("/runs");
  await expect(page.getByRole("link", { name: "alpha.py" })).toBeVisible();
  expect(account.email).not.toBe("");
});

test("a sample to start from runs as it is", async ({ page, account }) => {
  await page.goto("/scripts");
  await page.getByRole("button", { name: "Start from a sample" }).click();
  await expect(page.getByRole("heading", { name: "sample_watcher.py" })).toBeVisible();
  await page.getByRole("button", { name: "Run", exact: true }).click();
  await expect(logOf(page)).toContainText("round 2 of 60");
  await page.getByRole("button", { name: "Stop", exact: true }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Stop" }).click();
  await expect(state(page)).toHaveText("Stopped");
  await expect(logOf(page)).toContainText("asked to stop, closing up");
  expect(account.email).not.toBe("");
});
