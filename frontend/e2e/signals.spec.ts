import { expect, expectLive, post, test } from "./fixtures";
import { lookAt } from "./looks";
import { alert, defaultStrategy, noFaults, paperKeys, priceOf, strategy, webhookOf } from "./trading-support";

test("alerts appear live, each with its outcome in words, and can be filtered", async ({
  page,
  account,
  request,
}) => {
  await paperKeys(page);
  const { urls } = await webhookOf(page, await defaultStrategy(page));
  await page.goto("/signals");
  await expectLive(page);
  await expect(page.getByRole("heading", { name: "No alert has come in yet" })).toBeVisible();
  await lookAt(page, "signals-empty");

  await alert(request, urls.token, { action: "buy" });
  const table = page.getByRole("table", { name: "Signals" });
  await expect(table.locator("[data-status=executed]")).toBeVisible({ timeout: 3000 });
  await alert(request, urls.token, { action: "buy", symbol: "NOSUCHCOIN" });
  await expect(table.locator("[data-status=symbol_unknown]")).toBeVisible();
  await alert(request, urls.token, { action: "buy", amount: "0.5" });
  await expect(table.locator("[data-status=below_min_notional]")).toBeVisible();
  await alert(request, urls.token, { action: "exit" });
  await expect(table.locator("[data-status=exit_executed]")).toBeVisible();
  await lookAt(page, "signals");

  await page.getByRole("combobox", { name: "Outcomes" }).click();
  await page.getByRole("option", { name: "Too small" }).click();
  await page.keyboard.press("Escape");
  await expect(table.getByRole("row")).toHaveCount(2);
  await expect(page).toHaveURL(/outcome=below_min_notional/);
  const saved = page.waitForEvent("download");
  await page.getByRole("button", { name: "CSV" }).click();
  expect((await saved).suggestedFilename()).toBe("signals.csv");
  expect(account.email).not.toBe("");
});

test("a signal tells its story to the millisecond, and is replayed on paper", async ({
  page,
  account,
  request,
}) => {
  await paperKeys(page);
  const { urls } = await webhookOf(page, await defaultStrategy(page));
  const id = await alert(request, urls.token, { action: "buy" });
  await page.goto(`/signals/${id}`);
  await expectLive(page);
  await expect(page.getByTestId("verdict")).toContainText("Executed");
  const steps = page.getByRole("list", { name: "Steps of the signal" }).getByRole("listitem");
  await expect(steps).toHaveText([
    /^Received.*start/,
    /^Taken by a worker.*ms/,
    /^Decided.*ms/,
    /^Intent stored.*ms/,
    /^Sent to the exchange.*ms/,
    /^Accepted by the exchange.*ms/,
    /^Filled.*ms/,
    /^SettledExecuted.*ms/,
  ]);
  await expect(page.getByRole("region", { name: "the alert", exact: true })).toContainText("BTCUSDT");
  await expect(page.getByRole("table", { name: "Fills" })).toContainText("BTC");
  await page.getByRole("button", { name: "The exchange’s answer" }).click();
  await expect(page.getByRole("region", { name: "the exchange’s answer" })).toContainText("FILLED");
  await lookAt(page, "signal");

  await page.getByRole("button", { name: "Replay on paper" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Replay on paper" }).click();
  await expect(page.getByText("a replay of")).toBeVisible();
  await expect(page).not.toHaveURL(new RegExp(id));
  await expect(page.getByTestId("verdict")).toContainText("Executed");
  expect(account.email).not.toBe("");
});

test("a limit order rests, is filled when the price comes, and a second one is cancelled", async ({
  page,
  admin,
  request,
}) => {
  await paperKeys(page);
  const id = await strategy(page, { name: `Dips ${Date.now()}`, order_type: "limit", amount: "100" });
  const { urls } = await webhookOf(page, id);
  const below = ((await priceOf(page, "ETHUSDT")) * 0.9).toFixed(2);
  await page.goto("/orders");
  await expectLive(page);
  await alert(request, urls.token, { action: "buy", symbol: "ETHUSDT", price: below });
  const row = page.getByRole("row", { name: /ETH\/USDT/ }).first();
  await expect(row.locator("[data-status=open]")).toBeVisible();

  await page.goto("/paper");
  await page.getByRole("button", { name: "Move the price of ETHUSDT" }).click();
  const dialog = page.getByRole("dialog", { name: "Move ETH/USDT" });
  await lookAt(page, "paper-price");
  await dialog.getByRole("textbox", { name: "New price" }).fill((Number(below) * 0.99).toFixed(2));
  await dialog.getByRole("switch", { name: "Hold it there" }).click({ force: true });
  await dialog.getByRole("button", { name: "Move the price" }).click();
  await expect(dialog).toBeHidden();
  await page.goto("/orders");
  await expect(row.locator("[data-status=filled]")).toBeVisible();

  const lower = ((await priceOf(page, "ETHUSDT")) * 0.8).toFixed(2);
  await alert(request, urls.token, { action: "buy", symbol: "ETHUSDT", price: lower });
  await expect(row.locator("[data-status=open]")).toBeVisible();
  await lookAt(page, "orders");
  await row.getByRole("button", { name: "Cancel ETH/USDT" }).click();
  await expect(page.getByRole("dialog")).toContainText("The exchange takes it out of its book.");
  await page.getByRole("dialog").getByRole("button", { name: "Cancel the order" }).click();
  await expect(row.locator("[data-status=cancelled]")).toBeVisible();

  await page.getByRole("tab", { name: "Fills" }).click();
  await expect(page.getByRole("table", { name: "Fills" }).getByText("ETH/USDT").first()).toBeVisible();
  await lookAt(page, "fills");
  await page.getByRole("tab", { name: "Book" }).click();
  await expect(page.getByRole("table", { name: "Book" }).getByText("ETH/USDT").first()).toBeVisible();
  await lookAt(page, "book");
  expect(admin.email).not.toBe("");
});

test("an order of unknown outcome is in plain sight until it is found", async ({ page, admin, request }) => {
  await paperKeys(page);
  const { urls } = await webhookOf(page, await defaultStrategy(page));
  await page.goto("/orders");
  await expectLive(page);
  await post(
    page.request,
    "/api/paper/faults",
    { kind: "drop_answer", endpoint: "POST *rder", times: 1 },
    201,
  );
  await post(page.request, "/api/paper/faults", { kind: "error_before", endpoint: "GET *rder*" }, 201);
  await post(page.request, "/api/paper/faults", { kind: "stream_drop" }, 201);
  try {
    const id = await alert(request, urls.token, { action: "buy", symbol: "SOLUSDT" });
    await expect(page.getByText(/1 order of unknown outcome/)).toBeVisible({ timeout: 20_000 });
    await expect(page.getByRole("link", { name: /Orders 1/ })).toBeVisible();
    await lookAt(page, "orders-unknown");
    await noFaults(page);
    await expect(page.getByText(/of unknown outcome/)).toHaveCount(0, { timeout: 40_000 });
    await page.goto(`/signals/${id}`);
    await expect(page.getByTestId("verdict")).toContainText("Executed");
    await expect(page.getByText("No clear answer")).toBeVisible();
    await expect(page.getByText("Found at the exchange by its id")).toBeVisible();
    await lookAt(page, "signal-found");
    await page.getByRole("link", { name: /^Buy SOL/ }).click();
    await expect(page.getByRole("list", { name: "Steps of the order" })).toContainText(
      "Found at the exchange",
    );
    await lookAt(page, "order");
  } finally {
    await noFaults(page);
  }
  expect(admin.email).not.toBe("");
});
