import { PasswordInput, type PasswordInputProps, Progress, Stack, Text } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useEffect, useState } from "react";
import { passwordStrength, type Strength } from "./strength";

const NAMES = ["very weak", "weak", "fair", "good", "strong"];
const COLORS = ["red", "red", "orange", "teal", "teal"];

interface NewPasswordInputProps extends PasswordInputProps {
  value?: string;
  /** Words that must not be the password: e-mail address, user name. */
  known?: string[];
}

/** A field for a password to be set, which says how hard it is to guess. It advises; only the length is a rule. */
export function NewPasswordInput({ value = "", known = [], ...input }: NewPasswordInputProps) {
  const [strength, setStrength] = useState<Strength | null>(null);
  const [settled] = useDebouncedValue(value, 200);
  const words = known.join(" ");

  useEffect(() => {
    if (settled === "") return;
    let current = true;
    void passwordStrength(settled, words.split(" ").filter(Boolean)).then((found) => {
      if (current) setStrength(found);
    });
    return () => {
      current = false;
    };
  }, [settled, words]);

  const shown = settled === "" ? null : strength;
  return (
    <Stack gap={6}>
      <PasswordInput
        description="At least 8 characters; a few unrelated words are easy to keep and hard to guess."
        autoComplete="new-password"
        value={value}
        {...input}
      />
      {shown && (
        <div role="status">
          <Progress
            value={(shown.score + 1) * 20}
            color={COLORS[shown.score]}
            size={4}
            aria-label="Password strength"
          />
          <Text size="xs" c="dimmed" mt={4}>
            Strength: {NAMES[shown.score]}
            {shown.advice && shown.score < 3 ? `. ${shown.advice}` : ""}
          </Text>
        </div>
      )}
    </Stack>
  );
}

export function newPasswordProblem(password: string): string | null {
  if (password.length < 8) return "At least 8 characters.";
  return password.length > 256 ? "At most 256 characters." : null;
}
