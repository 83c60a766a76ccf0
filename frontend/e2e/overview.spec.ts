import { baseUrl, expect, expectLive, post, test } from "./fixtures";
import { lookAt } from "./looks";

const TICKING = `import time
for second in range(600):
    print("tick", second, flush=True)
    time.sleep(1)
`;

test("runs appear, tick and end on the overview by themselves", async ({ page, account }) => {
  const upload = async (name: string, source: string) => {
    const answer = await page.request.post("/api/scripts/upload", {
      multipart: { file: { name, mimeType: "text/x-python", buffer: Buffer.from(source) } },
      headers: { origin: baseUrl() },
    });
    expect(answer.status(), await answer.text()).toBe(201);
    return (await answer.json()) as { id: string };
  };
  const ticking = await upload("ticker.py", TICKING);
  const failing = await upload("fragile.py", "raise SystemExit(3)\n");
  const fine = await upload("report.py", "print('done')\n");

  await page.goto("/");
  await expectLive(page);
  await expect(page.getByText("Nothing runs at the moment.")).toBeVisible();

  await post(page.request, `/api/scripts/${ticking.id}/execute`, {}, 202);
  const running = page.getByRole("region", { name: "Running now" });
  await expect(running.getByText("ticker.py")).toBeVisible();
  await expect(running.locator("[data-status=running]")).toBeVisible();
  await expect(running.getByText(/^[23]\.\d s$/)).toBeVisible();

  await post(page.request, `/api/scripts/${failing.id}/execute`, {}, 202);
  await post(page.request, `/api/scripts/${fine.id}/execute`, {}, 202);
  const recent = page.getByRole("table", { name: "Recent runs" });
  await expect(recent.locator("[data-status=failed]")).toBeVisible();
  await expect(recent.locator("[data-status=completed]")).toBeVisible();
  await expect(page.getByRole("link", { name: /Failed today\s*1/ })).toBeVisible();
  await expect(page.getByText("All good")).toBeVisible({ timeout: 30_000 });
  await lookAt(page, "overview");

  await post(page.request, `/api/scripts/${ticking.id}/cancel`, {}, 202);
  await expect(page.getByText("Nothing runs at the moment.")).toBeVisible();
  await expect(recent.locator("[data-status=cancelled]")).toBeVisible();
  expect(account.email).not.toBe("");
});
