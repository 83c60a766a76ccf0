import { createHmac } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { APIRequestContext, Page } from "@playwright/test";
import { expect } from "./fixtures";

/** The paper exchange behind the platform's back, with the operator's token of `dataDir`. */
export class PaperDesk {
  readonly #request: APIRequestContext;
  readonly #url: string;
  readonly #key: string;
  readonly #secret: string;

  private constructor(request: APIRequestContext, url: string, key: string, secret: string) {
    this.#request = request;
    this.#url = url;
    this.#key = key;
    this.#secret = secret;
  }

  /** With a key of its own to the paper account of whoever `page` is signed in as. */
  static async open(page: Page, request: APIRequestContext, dataDir: string): Promise<PaperDesk> {
    const ports = JSON.parse(await readFile(join(dataDir, "run/paper.json"), "utf8")) as {
      port: number;
      admin_port: number;
    };
    const secrets = await readFile(join(dataDir, "secrets.env"), "utf8");
    const token = /^EMBEDDED_PAPER_TOKEN=['"]?([^'"\n]+)/m.exec(secrets)?.[1] ?? "";
    const { id } = (await (await page.request.get("/api/auth/me")).json()) as { id: string };
    const made = await request.post(`http://127.0.0.1:${ports.admin_port}/accounts/${id}/keys`, {
      headers: { authorization: `Bearer ${token}` },
      data: {},
    });
    expect(made.status(), await made.text()).toBe(201);
    const { key, secret } = (await made.json()) as { key: string; secret: string };
    return new PaperDesk(request, `http://127.0.0.1:${ports.port}`, key, secret);
  }

  /** A limit order on spot that the platform knows nothing of. */
  async rest(symbol: string, side: "BUY" | "SELL", quantity: string, price: string): Promise<void> {
    const query = new URLSearchParams({
      symbol,
      side,
      type: "LIMIT",
      timeInForce: "GTC",
      quantity,
      price,
      timestamp: String(Date.now()),
    });
    query.set("signature", createHmac("sha256", this.#secret).update(query.toString()).digest("hex"));
    const answer = await this.#request.post(`${this.#url}/api/v3/order?${query}`, {
      headers: { "X-MBX-APIKEY": this.#key },
    });
    expect(answer.status(), await answer.text()).toBe(200);
  }
}
