import { PageHeader } from "@/ui/PageHeader";

export function RegisterPage() {
  return <PageHeader title="Create an account" />;
}
