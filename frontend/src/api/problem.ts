export interface FieldError {
  field: string;
  message: string;
}

/** An answer that is not a success (RFC 9457), or the absence of an answer (`code` is `unreachable`). */
export class ApiProblem extends Error {
  override readonly name = "ApiProblem";
  readonly status: number;
  /** Stable; decide by this one. */
  readonly code: string;
  readonly title: string;
  readonly correlationId: string | null;
  readonly fields: FieldError[];
  /** Every member of the answer, with facts such as `line` and `column`. */
  readonly facts: Record<string, unknown>;

  constructor(status: number, body: Record<string, unknown>) {
    super(text(body.detail) ?? text(body.title) ?? `The server answered ${status}.`);
    this.status = status;
    this.code = text(body.code) ?? (status === 0 ? "unreachable" : "unexpected_answer");
    this.title = text(body.title) ?? "Something went wrong";
    this.correlationId = text(body.correlation_id);
    this.fields = Array.isArray(body.errors) ? body.errors.filter(isFieldError) : [];
    this.facts = body;
  }

  static async from(response: Response): Promise<ApiProblem> {
    const body: unknown = await response.json().catch(() => null);
    return new ApiProblem(response.status, isRecord(body) ? body : {});
  }

  static unreachable(): ApiProblem {
    return new ApiProblem(0, {
      title: "No connection",
      detail: "The server does not answer. It may be restarting; try again in a moment.",
    });
  }
}

export function asProblem(error: unknown): ApiProblem {
  if (error instanceof ApiProblem) return error;
  if (isRecord(error) && !(error instanceof Error)) return new ApiProblem(Number(error.status) || 0, error);
  return new ApiProblem(-1, { detail: error instanceof Error ? error.message : String(error) });
}

/** Field errors in the shape of Mantine's `form.setErrors`. */
export function formErrors(error: unknown): Record<string, string> {
  return Object.fromEntries(asProblem(error).fields.map(({ field, message }) => [field, message]));
}

function text(value: unknown): string | null {
  return typeof value === "string" && value !== "" ? value : null;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

function isFieldError(value: unknown): value is FieldError {
  return isRecord(value) && typeof value.field === "string" && typeof value.message === "string";
}
