import createFetchClient, { type Middleware } from "openapi-fetch";
import createQueryClient from "openapi-react-query";
import { ApiProblem } from "./problem";
import type { paths } from "./schema.gen";
import { announceSignedOut, refreshSession } from "./session";

const WITHOUT_SESSION = /\/api\/auth\/(setup|login|register|refresh|logout)$/;

/** `fetch` that renews the session once on a 401 and sends the request again. */
export async function fetchWithSession(request: Request): Promise<Response> {
  const again = request.clone();
  const response = await reach(request);
  if (response.status !== 401 || WITHOUT_SESSION.test(new URL(request.url).pathname)) return response;
  const renewed = await refreshSession().catch(() => {
    throw ApiProblem.unreachable();
  });
  if (renewed) return reach(again);
  announceSignedOut();
  return response;
}

async function reach(request: Request): Promise<Response> {
  try {
    return await fetch(request);
  } catch (error) {
    if (request.signal.aborted) throw error;
    throw ApiProblem.unreachable();
  }
}

const problems: Middleware = {
  async onResponse({ response }) {
    if (!response.ok) throw await ApiProblem.from(response);
  },
};

/** Typed calls; every answer that is not a success is thrown as an `ApiProblem`. */
export const api = createFetchClient<paths>({
  baseUrl: globalThis.location.origin,
  fetch: fetchWithSession,
  credentials: "same-origin",
});
api.use(problems);

/** The same calls as TanStack Query hooks. Errors at run time are `ApiProblem`: read them with `asProblem`. */
export const $api = createQueryClient(api);
