import { ADMIN, expect, expectLive, test } from "./fixtures";
import { lookAt } from "./looks";

test("the first account is made with the code that the start prints", async ({ page }) => {
  await page.goto("/scripts");
  await expect(page).toHaveURL(/\/register\?return=%2Fscripts$/);
  await expect(page.getByRole("heading", { name: "Welcome to DollarClub" })).toBeVisible();
  await lookAt(page, "first-account");

  await page.getByRole("button", { name: "Create account" }).click();
  await expect(page.getByText("Enter the code that the start printed.")).toBeVisible();

  await page.getByLabel("E-mail").fill(ADMIN.email);
  await page.getByLabel("User name").fill(ADMIN.username);
  await page.getByLabel("Password", { exact: true }).fill("password1");
  await expect(page.getByText(/Strength: very weak/)).toBeVisible();
  await page.getByLabel("Password", { exact: true }).fill(ADMIN.password);
  await expect(page.getByText("Strength: strong")).toBeVisible();
  await page.getByLabel("Password again").fill(ADMIN.password);

  await page.getByLabel("Setup code").fill("WRONG-CODE");
  await page.getByRole("button", { name: "Create account" }).click();
  await expect(page.getByRole("alert")).toBeVisible();
  await page.getByLabel("Setup code").fill(process.env.DOLLARCLUB_SETUP_CODE ?? "");
  await page.getByRole("button", { name: "Create account" }).click();

  await expect(page).toHaveURL(/\/scripts$/);
  await expectLive(page);
  await page.goto("/");
  await expect(page.getByRole("heading", { name: "Overview" })).toBeVisible();
  await expect(page.getByText("Run your first script")).toBeVisible();
  await expect(page.getByText("database", { exact: true })).toBeVisible();
  await lookAt(page, "overview-empty");
});
