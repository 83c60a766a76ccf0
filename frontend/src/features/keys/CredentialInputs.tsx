import { PasswordInput } from "@mantine/core";
import type { GetInputPropsReturnType } from "@mantine/form";

interface Credentials {
  getInputProps: (path: "key" | "secret" | "passphrase") => GetInputPropsReturnType;
}

const atLeast = (what: string) => (text: string) =>
  text.trim().length < 8 ? `Paste the ${what} as the exchange shows it.` : null;

export const credentialRules = { key: atLeast("key"), secret: atLeast("secret") };

/** Key, secret and, where the exchange wants one, passphrase; covered, and kept by no browser. */
export function CredentialInputs({ form, needsPassphrase }: { form: Credentials; needsPassphrase: boolean }) {
  const quiet = { autoComplete: "new-password", spellCheck: false } as const;
  return (
    <>
      <PasswordInput label="Key" {...quiet} {...form.getInputProps("key")} />
      <PasswordInput label="Secret" {...quiet} {...form.getInputProps("secret")} />
      {needsPassphrase && (
        <PasswordInput label="Passphrase" {...quiet} {...form.getInputProps("passphrase")} />
      )}
    </>
  );
}
