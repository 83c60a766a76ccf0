// @vitest-environment node
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

let server: Server;
let origin: string;
let answer: Answer;
const asked: string[] = [];

beforeEach(async () => {
  asked.length = 0;
  server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    answer(request, response);
  });
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const kept = new Map<string, string>();
  const realFetch = globalThis.fetch;
  vi.stubGlobal("location", { origin });
  vi.stubGlobal("navigator", {});
  vi.stubGlobal("localStorage", {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => kept.set(key, value),
  });
  vi.stubGlobal("fetch", (input: Request | string, init?: RequestInit) =>
    realFetch(typeof input === "string" ? new URL(input, origin) : input, init),
  );
  vi.resetModules();
});

afterEach(async () => {
  vi.unstubAllGlobals();
  server.closeAllConnections();
  await new Promise((done) => server.close(done));
});

function json(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, {
    "content-type": status < 400 ? "application/json" : "application/problem+json",
  });
  response.end(JSON.stringify(body));
}

async function load() {
  const { api } = await import("./client");
  const { ApiProblem, formErrors } = await import("./problem");
  const { onSignedOut } = await import("./session");
  const signedOut = vi.fn();
  onSignedOut(signedOut);
  return { api, ApiProblem, formErrors, signedOut };
}

describe("an expired session", () => {
  it("is renewed once for requests that run side by side, and each is sent again", async () => {
    let renewed = false;
    answer = ({ url }, response) => {
      if (url === "/api/auth/refresh") {
        setTimeout(() => {
          renewed = true;
          json(response, 200, {});
        }, 20);
      } else if (renewed) json(response, 200, { url });
      else json(response, 401, { code: "unauthenticated" });
    };
    const { api, signedOut } = await load();
    const answers = await Promise.all([
      api.GET("/api/auth/me"),
      api.GET("/api/monitor"),
      api.GET("/api/secrets"),
    ]);
    expect(answers.map(({ data }) => (data as unknown as { url: string }).url)).toEqual([
      "/api/auth/me",
      "/api/monitor",
      "/api/secrets",
    ]);
    expect(asked.filter((line) => line === "POST /api/auth/refresh")).toHaveLength(1);
    expect(signedOut).not.toHaveBeenCalled();
  });

  it("sends the body again", async () => {
    const bodies: string[] = [];
    let renewed = false;
    answer = (request, response) => {
      if (request.url === "/api/auth/refresh") {
        renewed = true;
        return json(response, 200, {});
      }
      let body = "";
      request.on("data", (part: Buffer) => (body += part.toString()));
      request.on("end", () => {
        bodies.push(body);
        json(response, renewed ? 200 : 401, {});
      });
    };
    const { api } = await load();
    await api.PATCH("/api/auth/me", { body: { username: "ada" } });
    expect(bodies).toEqual(['{"username":"ada"}', '{"username":"ada"}']);
  });

  it("that cannot be renewed is announced", async () => {
    answer = (_, response) =>
      json(response, 401, { code: "unauthenticated", title: "Sign in", detail: "Sign in first." });
    const { api, ApiProblem, signedOut } = await load();
    await expect(api.GET("/api/auth/me")).rejects.toBeInstanceOf(ApiProblem);
    expect(signedOut).toHaveBeenCalledOnce();
  });

  it("is not given up because the server is away while it is renewed", async () => {
    answer = ({ url }, response) =>
      url === "/api/auth/refresh" ? json(response, 503, {}) : json(response, 401, {});
    const { api, signedOut } = await load();
    await expect(api.GET("/api/auth/me")).rejects.toMatchObject({ code: "unreachable" });
    expect(signedOut).not.toHaveBeenCalled();
  });
});

describe("a refusal", () => {
  it("at the sign-in is an answer, not an expired session", async () => {
    answer = (_, response) =>
      json(response, 401, { code: "bad_credentials", detail: "Wrong e-mail or password." });
    const { api, signedOut } = await load();
    const refused = api.POST("/api/auth/login", { body: { email: "a@b.c", password: "x" } });
    await expect(refused).rejects.toMatchObject({
      code: "bad_credentials",
      message: "Wrong e-mail or password.",
    });
    expect(asked).toEqual(["POST /api/auth/login"]);
    expect(signedOut).not.toHaveBeenCalled();
  });

  it("brings its code, its facts and the errors of fields", async () => {
    const errors = [{ field: "username", message: "Taken." }];
    answer = (_, response) =>
      json(response, 422, {
        code: "invalid",
        title: "Invalid",
        detail: "Look again.",
        errors,
        line: 3,
        correlation_id: "c1",
      });
    const { api, formErrors } = await load();
    const problem: unknown = await api.GET("/api/auth/me").catch((error: unknown) => error);
    expect(problem).toMatchObject({ status: 422, code: "invalid", correlationId: "c1", facts: { line: 3 } });
    expect(formErrors(problem)).toEqual({ username: "Taken." });
  });

  it("that is no JSON still is a problem with a status", async () => {
    answer = (_, response) => {
      response.writeHead(502, { "content-type": "text/html" });
      response.end("<h1>Bad Gateway</h1>");
    };
    const { api } = await load();
    await expect(api.GET("/api/auth/me")).rejects.toMatchObject({ status: 502, code: "unexpected_answer" });
  });
});
