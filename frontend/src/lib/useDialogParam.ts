import { useSearchParams } from "react-router";

/** A dialog that a link can open: it is shown while `name` is in the query string. */
export function useDialogParam(
  name: string,
): [opened: boolean, controls: { open: () => void; close: () => void }] {
  const [params, setParams] = useSearchParams();
  const change = (shown: boolean) =>
    setParams(
      (before) => {
        const next = new URLSearchParams(before);
        if (shown) next.set(name, "1");
        else next.delete(name);
        return next;
      },
      { replace: true },
    );
  return [params.has(name), { open: () => change(true), close: () => change(false) }];
}
