/** What went wrong and what to do next. */
export function Problem({ message, hint }: { readonly message: string; readonly hint?: string | undefined }) {
  return (
    <div class="problem" role="alert">
      <p>{message}</p>
      {hint && <p class="hint">{hint}</p>}
    </div>
  );
}
