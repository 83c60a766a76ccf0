import { useSuspenseQuery } from "@tanstack/react-query";
import { $api } from "./client";
import type { User } from "./types";

export const ME = $api.queryOptions("get", "/api/auth/me", {}, { staleTime: 5 * 60_000 });

/** The signed-in account. Only below the signed-in shell, which has loaded it. */
export function useMe(): User {
  return useSuspenseQuery(ME).data;
}

/** A viewer only reads: the server refuses the rest, and the pages do not offer it. */
export function canAct(user: User): boolean {
  return user.role !== "viewer";
}
