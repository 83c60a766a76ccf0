/** What the server will accept, said before it is asked. Each answers null when the text is fine. */
export function emailProblem(email: string): string | null {
  return /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(email.trim())
    ? null
    : "Enter an e-mail address such as you@example.com.";
}

export function usernameProblem(name: string): string | null {
  if (name.trim().length < 3) return "At least 3 characters.";
  if (name.trim().length > 100) return "At most 100 characters.";
  return /^[A-Za-z0-9_-]+$/.test(name.trim()) ? null : "Only letters, digits, - and _.";
}
