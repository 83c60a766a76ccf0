import { useForm, type UseFormReturnType } from "@mantine/form";
import type { ConfigValues } from "./config-form";
import { configErrors } from "./config-rules";

export type ConfigForm = UseFormReturnType<ConfigValues>;

export function useConfigForm(initialValues: ConfigValues): ConfigForm {
  return useForm<ConfigValues>({ initialValues, validate: configErrors, validateInputOnBlur: true });
}
