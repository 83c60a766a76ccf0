import { Alert, Group, Modal, NumberInput, Select, Stack } from "@mantine/core";
import { useForm } from "@mantine/form";
import { IconUsers } from "@tabler/icons-react";
import { $api } from "@/api/client";
import { formErrors } from "@/api/problem";
import type { PaperFaultKind, PaperMarket } from "@/api/types";
import { DialogActions } from "@/ui/DialogActions";
import { FormProblem } from "@/ui/FormProblem";
import { toastDone } from "@/ui/toast";
import { bodyOf, ENDPOINTS, type FaultValues, KINDS } from "./kinds";

const NAMES = Object.keys(KINDS) as PaperFaultKind[];
const OPTIONS = (["Requests", "Streams"] as const).map((group) => ({
  group,
  items: NAMES.filter((kind) => KINDS[kind].group === group).map((value) => ({
    value,
    label: KINDS[value].label,
  })),
}));

interface FaultDialogProps {
  markets: PaperMarket[];
  onClose: () => void;
  onAdded: () => void;
}

export function FaultDialog({ markets, onClose, onAdded }: FaultDialogProps) {
  const form = useForm<FaultValues>({
    initialValues: { kind: "drop_answer", endpoint: "POST *rder", symbol: "", times: 1, millis: 1000 },
  });
  const { label, means, group, needs } = KINDS[form.values.kind];
  const add = $api.useMutation("post", "/api/paper/faults", {
    onSuccess: () => {
      toastDone("The fault is on.", label);
      onAdded();
      onClose();
    },
    onError: (error) => form.setErrors(formErrors(error)),
  });
  return (
    <Modal opened onClose={onClose} title="Switch on a fault" closeButtonProps={{ "aria-label": "Close" }}>
      <form noValidate onSubmit={form.onSubmit((values) => add.mutate({ body: bodyOf(values) }))}>
        <Stack>
          <Select
            label="Fault"
            description={means}
            inputWrapperOrder={["label", "input", "description", "error"]}
            data={OPTIONS}
            allowDeselect={false}
            {...form.getInputProps("kind")}
          />
          {group === "Requests" && (
            <Select
              label="Strikes"
              data={ENDPOINTS}
              allowDeselect={false}
              {...form.getInputProps("endpoint")}
            />
          )}
          <Group grow align="flex-start">
            <Select
              label="Pair"
              placeholder="every pair"
              data={markets.map(({ symbol }) => symbol)}
              clearable
              searchable
              {...form.getInputProps("symbol")}
              value={form.values.symbol || null}
              onChange={(symbol) => form.setFieldValue("symbol", symbol ?? "")}
            />
            <NumberInput
              label="How often"
              placeholder="until switched off"
              min={1}
              max={1_000_000}
              allowDecimal={false}
              {...form.getInputProps("times")}
            />
          </Group>
          {needs && (
            <NumberInput
              label={needs === "delay_ms" ? "How late" : "How far off"}
              suffix=" ms"
              min={needs === "delay_ms" ? 0 : -3_600_000}
              max={3_600_000}
              allowDecimal={false}
              {...form.getInputProps("millis")}
            />
          )}
          <Alert color="orange" variant="light" p="xs" icon={<IconUsers size={18} aria-hidden />}>
            It strikes the paper keys of every account on this installation. No real exchange is touched.
          </Alert>
          <FormProblem error={add.error} />
          <DialogActions onCancel={onClose} submit="Switch on" loading={add.isPending} />
        </Stack>
      </form>
    </Modal>
  );
}
