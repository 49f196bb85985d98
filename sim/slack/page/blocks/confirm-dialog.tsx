import type { ConfirmDialogObject } from 'slack-blocks-to-jsx';
import { Dialog } from '../dialog.tsx';
import { PlainText } from './plain-text.tsx';
import { Text } from './text.tsx';

interface Props {
  readonly confirm: ConfirmDialogObject;
  readonly onConfirm: () => void;
  readonly onDeny: () => void;
}

export function ConfirmDialog({ confirm, onConfirm, onDeny }: Props) {
  const { title, text, style } = confirm;
  return (
    <Dialog title={<PlainText of={title} />} onClose={onDeny} testId="confirm-dialog" size="small">
      <div className="dialog-body">
        <Text of={text} />
      </div>
      <footer className="dialog-foot">
        <button type="button" className="button" onClick={onDeny}>
          <PlainText of={confirm.deny} />
        </button>
        <button
          type="button"
          className={style === 'danger' ? 'button button-danger-solid' : 'button button-primary-solid'}
          onClick={onConfirm}
        >
          <PlainText of={confirm.confirm} />
        </button>
      </footer>
    </Dialog>
  );
}
