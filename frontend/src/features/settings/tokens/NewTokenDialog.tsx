import { Checkbox, Modal, Select, Stack, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { $api } from "@/api/client";
import { formErrors } from "@/api/problem";
import { DialogActions } from "@/ui/DialogActions";
import { FormProblem } from "@/ui/FormProblem";
import { TokenReveal } from "./TokenReveal";

interface NewTokenDialogProps {
  opened: boolean;
  onClose: () => void;
  onCreated: () => void;
}

const LIFETIMES = [
  { value: "30", label: "30 days" },
  { value: "90", label: "90 days" },
  { value: "365", label: "1 year" },
  { value: "never", label: "Until it is revoked" },
];

export function NewTokenDialog({ opened, onClose, onCreated }: NewTokenDialogProps) {
  const form = useForm<{ name: string; scopes: ("read" | "write")[]; lifetime: string }>({
    initialValues: { name: "", scopes: ["read", "write"], lifetime: "90" },
    validate: {
      name: (name) => (name.trim() === "" ? "Name it, so that you know later what it is for." : null),
      scopes: (scopes) => (scopes.length === 0 ? "Choose at least one." : null),
    },
  });
  const create = $api.useMutation("post", "/api/auth/tokens", {
    onSuccess: onCreated,
    onError: (error) => form.setErrors(formErrors(error)),
  });
  const submit = form.onSubmit(({ name, scopes, lifetime }) =>
    create.mutate({
      body: { name, scopes, expires_in_days: lifetime === "never" ? null : Number(lifetime) },
    }),
  );
  const close = () => {
    onClose();
    form.reset();
    create.reset();
  };

  return (
    <Modal
      opened={opened}
      onClose={close}
      title={create.data ? `Token ${create.data.name}` : "New API token"}
      size={create.data ? "lg" : "md"}
      closeOnClickOutside={!create.data}
      closeButtonProps={{ "aria-label": "Close" }}
    >
      {create.data ? (
        <TokenReveal token={create.data.token} onDone={close} />
      ) : (
        <form onSubmit={submit} noValidate>
          <Stack>
            <TextInput label="Name" placeholder="laptop" data-autofocus {...form.getInputProps("name")} />
            <Checkbox.Group label="May" {...form.getInputProps("scopes")}>
              <Stack gap="xs" mt={4}>
                <Checkbox value="read" label="Read" description="Look at scripts, runs and logs." />
                <Checkbox value="write" label="Write" description="Upload, change, run and stop." />
              </Stack>
            </Checkbox.Group>
            <Select
              label="Ends after"
              data={LIFETIMES}
              allowDeselect={false}
              {...form.getInputProps("lifetime")}
            />
            <FormProblem error={create.error} />
            <DialogActions onCancel={close} submit="Create token" loading={create.isPending} />
          </Stack>
        </form>
      )}
    </Modal>
  );
}
