import { $api } from "@/api/client";
import type { Role, User } from "@/api/types";
import { askToConfirm } from "@/ui/confirm";
import { toastDone, toastFailed } from "@/ui/toast";
import { ROLES } from "../roles";

/** What an administrator does to somebody else's account. */
export function useUserActions(onChanged: () => void) {
  const change = $api.useMutation("patch", "/api/users/{user_id}", {
    onSuccess: onChanged,
    onError: (error) => toastFailed("change the account", error),
  });

  const onRole = (user: User, role: Role) =>
    change.mutate(
      { params: { path: { user_id: user.id } }, body: { role } },
      { onSuccess: () => toastDone(`${user.username} is now ${ROLES[role].label.toLowerCase()}.`) },
    );

  const setActive = (user: User, is_active: boolean) =>
    change.mutate(
      { params: { path: { user_id: user.id } }, body: { is_active } },
      { onSuccess: () => toastDone(`${user.username} can ${is_active ? "" : "no longer "}sign in.`) },
    );

  const onActive = (user: User, active: boolean) => {
    if (active) return setActive(user, true);
    askToConfirm({
      title: `Lock ${user.username} out?`,
      children: `${user.email} is signed out everywhere and cannot sign in again until you allow it. Scripts and runs stay.`,
      confirm: "Lock out",
      onConfirm: () => setActive(user, false),
    });
  };

  return { onRole, onActive };
}
