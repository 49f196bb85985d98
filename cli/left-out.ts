import { CliError } from './error.ts';

/** Loads what works with the stand-ins: an image for production carries neither them nor their packages. */
export async function loadWithStandIns<T>(load: () => Promise<T>, otherwise: string): Promise<T> {
  try {
    return await load();
  } catch (error) {
    if (!isLeftOut(error)) throw error;
    throw new CliError(otherwise, 1, { cause: error });
  }
}

function isLeftOut(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ERR_MODULE_NOT_FOUND';
}
