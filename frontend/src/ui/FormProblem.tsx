import { Alert } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";
import { asProblem } from "@/api/problem";

/** Why a form was refused, above its button; nothing while there is no error. */
export function FormProblem({ error }: { error: unknown }) {
  if (error == null) return null;
  return (
    <Alert color="red" variant="light" p="xs" icon={<IconAlertTriangle size={18} aria-hidden />} role="alert">
      {asProblem(error).message}
    </Alert>
  );
}
