import { notifications } from "@mantine/notifications";
import { asProblem } from "@/api/problem";

const CLOSABLE = { closeButtonProps: { "aria-label": "Close" } };

/** Say that something was done. */
export function toastDone(message: string, title?: string): void {
  notifications.show({ ...CLOSABLE, color: "teal", title, message, autoClose: 4000 });
}

/** Say that something failed, and why. `action` reads as "Could not {action}". */
export function toastFailed(action: string, error: unknown): void {
  notifications.show({
    ...CLOSABLE,
    color: "red",
    title: `Could not ${action}`,
    message: asProblem(error).message,
    autoClose: 10_000,
  });
}
