import { randomBytes } from 'node:crypto';
import { newId } from '../identity.ts';
import type { FileInMessage } from '../model.ts';

export interface StoredFile {
  readonly id: string;
  readonly name: string;
  readonly length: number;
  readonly alt_txt?: string;
  readonly uploadKey: string;
  readonly title?: string;
  readonly bytes?: Uint8Array;
  /** Its upload was completed, which Slack takes only once. */
  readonly completed: boolean;
  /** Slack knows no mimetype until it has processed the file; until then it cannot be shown. */
  readonly processed: boolean;
  readonly channels: readonly string[];
}

const mimetypes: Readonly<Record<string, string>> = {
  png: 'image/png',
  jpg: 'image/jpeg',
  gif: 'image/gif',
  svg: 'image/svg+xml',
  json: 'application/json',
  txt: 'text/plain',
  log: 'text/plain',
  md: 'text/markdown',
  csv: 'text/csv',
};

export class Files {
  readonly #files = new Map<string, StoredFile>();

  reserve(name: string, length: number, alt_txt?: string): StoredFile {
    const uploadKey = randomBytes(12).toString('hex');
    const file = {
      id: newId('F'),
      name,
      length,
      uploadKey,
      completed: false,
      processed: false,
      channels: [],
    };
    return this.put(alt_txt === undefined ? file : { ...file, alt_txt });
  }

  put(file: StoredFile): StoredFile {
    this.#files.set(file.id, file);
    return file;
  }

  get(id: string): StoredFile | undefined {
    return this.#files.get(id);
  }

  byUploadKey(key: string): StoredFile | undefined {
    return [...this.#files.values()].find(({ uploadKey }) => uploadKey === key);
  }
}

export function mimetype({ name }: StoredFile): string {
  return mimetypes[name.split('.').at(-1)?.toLowerCase() ?? ''] ?? 'application/octet-stream';
}

export function inMessage(file: StoredFile, baseUrl: string): FileInMessage {
  return {
    id: file.id,
    name: file.name,
    title: file.title ?? file.name,
    mimetype: mimetype(file),
    url: `${baseUrl}/files/${file.id}`,
    ...(file.alt_txt !== undefined && { alt_txt: file.alt_txt }),
  };
}
