import { expect, expectLive, test } from "./fixtures";
import { lookAt } from "./looks";
import { paperKeys } from "./trading-support";

test("every account has paper keys that work, unlike live ones", async ({ page, account }) => {
  await page.goto("/keys");
  await expectLive(page);
  const spot = page.getByRole("region", { name: "Paper spot" });
  await expect(spot.locator("[data-status=ready]")).toBeVisible({ timeout: 30_000 });
  await expect(spot.locator("[data-environment=paper]")).toBeVisible();
  await expect(spot.getByText(/^\*{4}\w{4}$/)).toBeVisible();
  await expect(spot.getByRole("img", { name: "may trade" })).toBeVisible();
  await expect(spot.getByRole("img", { name: "may not withdraw" })).toBeVisible();
  await expect(
    page.getByRole("region", { name: "Paper futures" }).locator("[data-status=ready]"),
  ).toBeVisible();
  await lookAt(page, "keys");

  await page.getByRole("button", { name: "Test Paper spot again" }).click();
  await expect(spot.getByText("just now")).toBeVisible();
  expect(account.email).not.toBe("");
});

test("a key that the exchange cannot be asked about is stored, tested and named; it can be replaced and deleted", async ({
  page,
  account,
}) => {
  await paperKeys(page);
  await page.goto("/keys?new=1");
  await expectLive(page);
  const dialog = page.getByRole("dialog", { name: "Add an exchange key" });
  await dialog.getByRole("button", { name: "Store and test" }).click();
  await expect(dialog.getByText("Name it, so that you know it again.")).toBeVisible();
  await dialog.getByRole("textbox", { name: "Name" }).fill("Main account");
  await dialog.getByLabel("Key", { exact: true }).fill("not-a-real-key-0000A4B1");
  await dialog.getByLabel("Secret", { exact: true }).fill("not-a-real-secret");
  await expect(dialog.getByLabel("Secret", { exact: true })).toHaveAttribute("type", "password");
  await expect(dialog.getByRole("combobox", { name: "Exchange" })).toHaveValue("Binance Spot");
  await lookAt(page, "keys-new");
  await dialog.getByRole("button", { name: "Store and test" }).click();
  await expect(dialog).toBeHidden();

  const added = page.getByRole("region", { name: "Main account" });
  await expect(added.getByText("****A4B1")).toBeVisible();
  await expect(added.locator("[data-environment=live]")).toBeVisible();
  await expect(added.locator("[data-status=refused], [data-status=unreachable]")).toBeVisible({
    timeout: 45_000,
  });
  await expect(added.locator("[data-problem]").first()).toBeVisible();
  await lookAt(page, "keys-problem");

  await added.getByRole("button", { name: "More for Main account" }).click();
  await page.getByRole("menuitem", { name: "Replace key and secret" }).click();
  const replace = page.getByRole("dialog", { name: "Replace the key of Main account" });
  await replace.getByLabel("Key", { exact: true }).fill("another-key-00000000C7D2");
  await replace.getByLabel("Secret", { exact: true }).fill("another-secret");
  await replace.getByRole("button", { name: "Replace and test" }).click();
  await expect(added.getByText("****C7D2")).toBeVisible();

  await added.getByRole("button", { name: "More for Main account" }).click();
  await page.getByRole("menuitem", { name: "Delete" }).click();
  await expect(page.getByRole("dialog")).toContainText("No strategy uses it.");
  await page.getByRole("dialog").getByRole("button", { name: "Delete the key" }).click();
  await expect(added).toHaveCount(0);
  expect(account.email).not.toBe("");
});
