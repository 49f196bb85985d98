/** An image that stands on this machine as a folder: what its containers start are processes of the machine. */
export interface LocalImage {
  /** The folder that is the image's working folder, `/app`. */
  readonly root: string;
  /** What `node` means in a container's command (default: the program that runs this). */
  readonly program?: string;
  /** The image's `USER`, as a Dockerfile has it: `uid`, `uid:gid` or a name (default: root). */
  readonly user?: string;
}

/** Why a container cannot be started, in the words of whoever would start it. */
export class StartFailure extends Error {
  override readonly name = 'StartFailure';
  readonly reason: 'CreateContainerConfigError' | 'CreateContainerError' | 'StartError';

  constructor(reason: StartFailure['reason'], message: string) {
    super(message);
    this.reason = reason;
  }
}

/** What containerd says where runc could not start the process. */
export const runcFailure = (why: string): StartFailure =>
  new StartFailure(
    'StartError',
    `failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: ${why}: unknown`,
  );
