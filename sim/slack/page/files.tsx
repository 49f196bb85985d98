import type { SharedFile } from './wire.ts';

export function Files({ files }: { readonly files: readonly SharedFile[] }) {
  return files.map((file) =>
    file.mimetype.startsWith('image/') ? (
      <figure key={file.id} className="file-image" data-testid="file">
        <figcaption className="muted">{file.title}</figcaption>
        <a href={file.url} target="_blank" rel="noreferrer">
          <img src={file.url} alt={file.alt_txt ?? file.title} />
        </a>
      </figure>
    ) : (
      <a
        key={file.id}
        className="file-link"
        href={file.url}
        target="_blank"
        rel="noreferrer"
        data-testid="file"
      >
        <span aria-hidden="true">▤</span>
        <span className="clip">
          {file.title}
          <small className="muted"> {file.name}</small>
        </span>
      </a>
    ),
  );
}
