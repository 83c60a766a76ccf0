import { useQueryClient } from "@tanstack/react-query";
import { useNavigate, useSearchParams } from "react-router";
import { ME } from "@/api/account";
import type { User } from "@/api/types";
import { safeReturn } from "@/lib/return-address";

/** Enter the app as `user`, at the page that asked for the sign-in. */
export function useSignedIn(): (user: User) => void {
  const client = useQueryClient();
  const navigate = useNavigate();
  const [params] = useSearchParams();
  return (user) => {
    client.clear();
    client.setQueryData(ME.queryKey, user);
    void navigate(safeReturn(params.get("return")), { replace: true });
  };
}
