import { clientError, type LibvirtError } from '../../error/libvirt-error.ts';
import { positionAt } from './position.ts';

/** What is wrong with a text that should be XML, and where; it leaves this folder as a `LibvirtError`. */
export class XMLFault extends Error {
  /** Where the fault is, in UTF-16 units from the beginning. */
  readonly offset: number;

  /**
   * @param message - What is wrong.
   * @param offset - Where.
   */
  constructor(message: string, offset: number) {
    super(message);
    this.offset = offset;
  }

  /** The error for users, with line and column. */
  toLibvirtError(text: string): LibvirtError {
    const { line, column } = positionAt(text, this.offset);
    return invalidXML(`line ${line}, column ${column}: ${this.message}`);
  }
}

/** The error for XML, or an object that should become XML, that is not right. */
export function invalidXML(message: string): LibvirtError {
  return clientError('LIBVIRT_XML_INVALID', 'invalid', message);
}

/** The error for an argument of the wrong kind. */
export function invalidArgument(message: string): LibvirtError {
  return clientError('LIBVIRT_ARGUMENT_INVALID', 'invalid', message);
}
