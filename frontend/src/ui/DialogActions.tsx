import { Button, Group } from "@mantine/core";

interface DialogActionsProps {
  onCancel: () => void;
  /** What the form does, as a verb. */
  submit: string;
  loading: boolean;
  disabled?: boolean;
  color?: string;
}

/** The last line of a form in a dialog: leave it, or send it. */
export function DialogActions({ onCancel, submit, loading, disabled, color }: DialogActionsProps) {
  return (
    <Group justify="flex-end">
      <Button variant="default" onClick={onCancel}>
        Cancel
      </Button>
      <Button type="submit" color={color} disabled={disabled} loading={loading}>
        {submit}
      </Button>
    </Group>
  );
}
