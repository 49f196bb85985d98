/** `2026-11-22 14:05:07`, in UTC; unix milliseconds. What is no moment is said so. */
export function sayMoment(at: number): string {
  const date = new Date(at);
  return Number.isNaN(date.getTime()) ? '(unknown)' : date.toISOString().slice(0, 19).replace('T', ' ');
}
