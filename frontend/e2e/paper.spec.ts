import { expect, test } from "./fixtures";
import { lookAt } from "./looks";
import { noFaults } from "./trading-support";

test("prices move by themselves, and a drill is switched on and off", async ({ page, admin }) => {
  await page.goto("/paper");
  const btc = page.getByRole("row", { name: /^BTC\/USDT/ });
  await expect(btc).toBeVisible();
  const first = await btc.innerText();
  await expect.poll(() => btc.innerText(), { timeout: 15_000 }).not.toBe(first);
  await expect(page.getByText("None is on: the paper exchange behaves well.")).toBeVisible();
  await lookAt(page, "paper");

  await page.getByRole("button", { name: "Switch on a fault" }).click();
  const dialog = page.getByRole("dialog", { name: "Switch on a fault" });
  await expect(dialog.getByText(/must not be placed twice/)).toBeVisible();
  await dialog.getByRole("combobox", { name: "Fault" }).click();
  await page.getByRole("option", { name: "Late answer" }).click();
  await dialog.getByLabel("How often").fill("");
  await dialog.getByRole("combobox", { name: "Pair" }).click();
  await page.getByRole("option", { name: "SOLUSDT" }).click();
  await lookAt(page, "paper-fault-new");
  await dialog.getByRole("button", { name: "Switch on" }).click();
  const fault = page.locator("[data-fault=late_answer]");
  await expect(fault).toContainText("Placing orders, of SOLUSDT, by 1000 ms, until it is switched off");
  await lookAt(page, "paper-fault");
  await page.getByRole("button", { name: "Switch Late answer off" }).click();
  await expect(fault).toHaveCount(0);
  await noFaults(page);
  expect(admin.email).not.toBe("");
});

test("whoever is no administrator looks and changes nothing", async ({ page, account }) => {
  await page.goto("/paper?fault=1");
  await expect(page.getByRole("row", { name: /^BTC\/USDT/ })).toBeVisible();
  await expect(page.getByRole("dialog")).toHaveCount(0);
  await expect(page.getByRole("button", { name: /^Move the price/ })).toHaveCount(0);
  expect(account.email).not.toBe("");
});
