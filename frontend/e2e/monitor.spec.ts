import { expect, expectLive, test } from "./fixtures";
import { lookAt } from "./looks";
import { execute, upload } from "./scripts-support";

test("the monitor shows workers, leases and figures, and follows by itself", async ({ page, account }) => {
  const quick = await upload(page, "quick.py", "print('done')\n");
  const failing = await upload(page, "failing.py", "raise SystemExit(3)\n");
  const slow = await upload(page, "slow.py", "import time\ntime.sleep(120)\n");
  await page.goto("/monitor");
  await expectLive(page);
  const workers = page.getByRole("table", { name: "Workers" });
  await expect(workers.getByText("alive").first()).toBeVisible();
  await expect(page.getByRole("heading", { name: "Nothing runs at the moment" })).toBeVisible();

  await execute(page, quick.id);
  await execute(page, failing.id);
  await execute(page, slow.id);
  const states = page.getByRole("table", { name: "Runs by state" });
  await expect(states.getByRole("row", { name: /Completed/ })).toContainText("1");
  await expect(states.getByRole("row", { name: /Failed/ })).toContainText("1");
  const leases = page.getByRole("table", { name: "Active runs" });
  await expect(leases.getByRole("link", { name: "slow.py" })).toBeVisible();
  await expect(page.getByRole("img", { name: /1 runs? completed, 1 failed/ })).toBeVisible();
  await lookAt(page, "monitor");

  await leases.getByRole("button", { name: "Stop slow.py" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Stop" }).click();
  await expect(page.getByRole("heading", { name: "Nothing runs at the moment" })).toBeVisible();
  await expect(states.getByRole("row", { name: /Stopped/ })).toContainText("1");
  expect(account.email).not.toBe("");
});
