/** The flags of node for a worker of a file: its own, unless they say of what type the script given to node itself is. */
export const workerFlags = (): { execArgv?: string[] } =>
  process.execArgv.some(flag => flag.startsWith('--input-type')) ? { execArgv: [] } : {};
