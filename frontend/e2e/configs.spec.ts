import { expect, test } from "./fixtures";
import { lookAt } from "./looks";
import { paperKeys } from "./trading-support";

test("a configuration is made with its grid in sight, found again, changed and deleted", async ({
  page,
  account,
}) => {
  await paperKeys(page);
  await page.goto("/configurations");
  await expect(page.getByRole("heading", { name: "No configuration yet" })).toBeVisible();
  await lookAt(page, "configs-empty");

  await page.getByRole("link", { name: "New configuration" }).first().click();
  const legs = page.getByRole("table", { name: "Planned legs" });
  await expect(legs.getByRole("row")).toHaveCount(6, { timeout: 15_000 });
  await page.getByRole("textbox", { name: "Entry price" }).fill("96347.55");
  await expect(legs.getByRole("row").nth(5)).toContainText("94,420.59");
  await expect(legs.getByRole("row").nth(1)).toContainText("97,311.03");
  await lookAt(page, "config-new");

  await page.getByRole("textbox", { name: "Gap % of leg 5" }).fill("-4");
  await expect(legs.getByRole("row").nth(5)).toContainText("92,493.64");
  await page.getByRole("textbox", { name: "Weight % of leg 5" }).fill("10");
  await expect(page.getByText("Weights total 90 %")).toBeVisible();
  await expect(page.getByText("The grid appears as soon as the form is complete.")).toBeVisible();
  await page.getByRole("button", { name: "Equal weights" }).click();
  await expect(legs.getByRole("row")).toHaveCount(6);

  await page.getByRole("textbox", { name: "Capital in USDT" }).fill("20");
  const refused = page.getByRole("alert").filter({ hasText: "would refuse" });
  await expect(refused).toContainText("Leg 1");
  await expect(refused).toContainText(/It works from [\d,.]+ USDT on/);
  await lookAt(page, "config-refused");

  await page.getByRole("textbox", { name: "Pair" }).first().fill("btc/usdt");
  await page.getByRole("textbox", { name: "Capital of an entry" }).fill("1000");
  await page.getByRole("combobox", { name: "Take profit" }).click();
  await page.getByRole("option", { name: "Both" }).click();
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByText("This mode needs a target.")).toBeVisible();
  await page.getByRole("textbox", { name: "Target of the position" }).fill("1.2");
  await expect(page.getByText(/· all$/)).toBeVisible();
  await page.getByRole("button", { name: "Save" }).click();

  const table = page.getByRole("table", { name: "Configurations" });
  await expect(table.getByRole("row").nth(1)).toContainText("Both, 1.2 %");
  await expect(table.getByRole("row").nth(1)).toContainText("5 legs, 0 to −4 %");
  await lookAt(page, "configs");
  await table.getByRole("button", { name: "More for BTC/USDT" }).click();
  await page.getByRole("menuitem", { name: "Switch off" }).click();
  await expect(table.locator("[data-status=disabled]")).toBeVisible();

  await table.getByRole("link", { name: "BTC/USDT" }).click();
  await page.getByRole("textbox", { name: "Stop loss" }).fill("5");
  await page.getByRole("button", { name: "Save" }).click();
  await table.getByRole("link", { name: "BTC/USDT" }).click();
  await expect(page.getByRole("textbox", { name: "Stop loss" })).toHaveValue("5");
  await page.getByRole("button", { name: "Delete" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Delete the configuration" }).click();
  await expect(page.getByRole("heading", { name: "No configuration yet" })).toBeVisible();
  expect(account.email).not.toBe("");
});
