import { useUrlParams } from "./useUrlParams";

/** A dialog that a link can open: it is shown while `name` is in the query string. */
export function useDialogParam(
  name: string,
): [opened: boolean, controls: { open: () => void; close: () => void }] {
  const [params, change] = useUrlParams();
  const show = (shown: boolean) =>
    change(
      (next) => {
        if (shown) next.set(name, "1");
        else next.delete(name);
      },
      { replace: true },
    );
  return [params.has(name), { open: () => show(true), close: () => show(false) }];
}
