import { expect, expectLive, test } from "./fixtures";
import { lookAt } from "./looks";
import { alert, defaultStrategy, paperKeys, priceOf, strategy, webhookOf } from "./trading-support";

test("the kill switch names what it does, does it, proves it, and is lifted", async ({
  page,
  account,
  request,
}) => {
  await paperKeys(page);
  const { urls } = await webhookOf(page, await defaultStrategy(page));
  const limits = await webhookOf(page, await strategy(page, { order_type: "limit" }));
  await page.goto("/");
  await expectLive(page);
  await alert(request, urls.token, { action: "buy" });
  const low = ((await priceOf(page, "BTCUSDT")) * 0.8).toFixed(2);
  await alert(request, limits.urls.token, { action: "buy", price: low });
  await expect(page.getByRole("link", { name: /Signals today\s*2/ })).toBeVisible();
  await expect(page.getByRole("link", { name: /Open orders\s*1/ })).toBeVisible();

  await page.getByRole("button", { name: "Kill switch" }).click();
  const dialog = page.getByRole("dialog", { name: "Stop trading" });
  await expect(dialog.getByTestId("halt-acts")).toContainText("Cancels 1 resting order.");
  await dialog.getByRole("switch", { name: /close every position/ }).click({ force: true });
  await expect(dialog.getByTestId("halt-acts")).toContainText(/Sells 0\.00\d+ BTC at market \(Paper spot\)/);
  await dialog.getByRole("textbox", { name: "Reason" }).fill("Something is odd");
  const stop = dialog.getByRole("button", { name: "Stop and close everything" });
  await expect(stop).toBeDisabled();
  await dialog.getByRole("textbox", { name: "Type STOP to confirm" }).fill("stop");
  await lookAt(page, "halt-dialog");
  await stop.click();

  const progress = page.getByRole("dialog", { name: "The kill switch is on" });
  await expect(progress.getByText(/the exchanges were read again and nothing is left/)).toBeVisible({
    timeout: 30_000,
  });
  await expect(progress.getByText("Paper spot")).toBeVisible();
  await lookAt(page, "halt-progress");
  await page.keyboard.press("Escape");
  const banner = page.getByTestId("halt-banner");
  await expect(banner).toContainText("Something is odd");
  await page.goto("/signals");
  await expect(banner).toBeVisible();
  await alert(request, urls.token, { action: "buy" });
  await expect(page.getByRole("table").locator("[data-status=halted]")).toBeVisible();
  await lookAt(page, "halt-banner");

  await banner.getByRole("button", { name: "Lift" }).click();
  await expect(page.getByRole("dialog")).toContainText("New alerts are traded again");
  await page.getByRole("dialog").getByRole("button", { name: "Lift it" }).click();
  await expect(banner).toHaveCount(0);
  await alert(request, urls.token, { action: "buy" });
  await expect(page.getByRole("table").locator("[data-status=executed]").first()).toBeVisible();
  expect(account.email).not.toBe("");
});
