/** Something about this machine or its settings stops a server from starting; `remedy` says what to do about it. */
export interface SetupError extends Error {
  name: 'SetupError';
  remedy: string;
}

export function setupError(message: string, remedy: string): SetupError {
  return Object.assign(new Error(message), { name: 'SetupError' as const, remedy });
}
