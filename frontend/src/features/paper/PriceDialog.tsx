import { Button, Group, Modal, Stack, Switch, Text, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useQueryClient } from "@tanstack/react-query";
import { $api } from "@/api/client";
import { formErrors } from "@/api/problem";
import type { PaperMarket } from "@/api/types";
import { formatDecimal, isPositiveDecimal } from "@/lib/decimal";
import { DialogActions } from "@/ui/DialogActions";
import { FormProblem } from "@/ui/FormProblem";
import { Num } from "@/ui/Num";
import { toastDone } from "@/ui/toast";
import { moved } from "./moved";

const STEPS = [-5, -1, -0.1, 0.1, 1, 5];

/** Sets the price of a pair, for everybody who trades on the paper exchange. */
export function PriceDialog({ market, onClose }: { market: PaperMarket; onClose: () => void }) {
  const client = useQueryClient();
  const form = useForm({
    initialValues: { price: market.price, hold: true },
    validate: {
      price: (text) => (isPositiveDecimal(text) ? null : "A positive number, such as 96000.5."),
    },
  });
  const set = $api.useMutation("put", "/api/paper/symbols/{symbol}/price", {
    onSuccess: ({ price }) => {
      toastDone(`${market.base} is at ${formatDecimal(price)} ${market.quote}.`);
      void client.invalidateQueries({ queryKey: ["get", "/api/paper/prices"] });
      onClose();
    },
    onError: (error) => form.setErrors(formErrors(error)),
  });
  return (
    <Modal
      opened
      onClose={onClose}
      title={`Move ${market.base}/${market.quote}`}
      closeButtonProps={{ "aria-label": "Close" }}
    >
      <form
        noValidate
        onSubmit={form.onSubmit((body) =>
          set.mutate({
            params: { path: { symbol: market.symbol } },
            body: { ...body, price: body.price.trim() },
          }),
        )}
      >
        <Stack>
          <Text size="sm" c="dimmed">
            Now at <Num value={market.price} unit={market.quote} />. Resting orders that the new price reaches
            are filled at once, for every account on this installation.
          </Text>
          <TextInput label="New price" inputMode="decimal" data-autofocus {...form.getInputProps("price")} />
          <Group gap={6}>
            {STEPS.map((percent) => (
              <Button
                key={percent}
                size="compact-xs"
                variant="default"
                onClick={() => form.setFieldValue("price", moved(market.price, percent))}
              >
                {percent > 0 ? "+" : "−"}
                {Math.abs(percent)} %
              </Button>
            ))}
          </Group>
          <Switch
            label="Hold it there"
            description="Off: it walks on from the new price."
            {...form.getInputProps("hold", { type: "checkbox" })}
          />
          <FormProblem error={set.error} />
          <DialogActions onCancel={onClose} submit="Move the price" loading={set.isPending} />
        </Stack>
      </form>
    </Modal>
  );
}
