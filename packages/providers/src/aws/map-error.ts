import { NovaError, type ErrorKind } from '@novacron/core';
import { HypervisorError } from '@novacron/hypervisor';

/** EC2's error codes by kind; a `*` at the end stands for any rest. */
const codesByKind: readonly (readonly [ErrorKind, readonly string[]])[] = [
  ['not-found', ['InvalidInstanceID.NotFound']],
  [
    'conflict',
    [
      'IncorrectInstanceState',
      'IncorrectState',
      'IdempotentParameterMismatch',
      'OperationNotPermitted',
      'IdempotentInstanceTerminated',
    ],
  ],
  [
    'auth-expired',
    [
      'AuthFailure',
      'RequestExpired',
      'ExpiredToken',
      'ExpiredTokenException',
      'InvalidClientTokenId',
      'CredentialsProviderError',
    ],
  ],
  ['permission', ['UnauthorizedOperation', 'AccessDenied', 'Blocked', 'OptInRequired', 'PendingVerification']],
  [
    'quota',
    [
      'InstanceLimitExceeded',
      'VcpuLimitExceeded',
      'MaxSpotInstanceCountExceeded',
      'ResourceCountExceeded',
      'AddressLimitExceeded',
      'VolumeLimitExceeded',
    ],
  ],
  [
    'capacity',
    [
      'InsufficientInstanceCapacity',
      'InsufficientHostCapacity',
      'InsufficientCapacity',
      'InsufficientFreeAddressesInSubnet',
    ],
  ],
  [
    'throttled',
    ['RequestLimitExceeded', 'Throttling', 'ThrottlingException', 'EC2ThrottledException', 'TooManyRequestsException'],
  ],
  ['unsupported', ['Unsupported', 'UnsupportedOperation', 'UnsupportedHibernationConfiguration']],
  ['timeout', ['TimeoutError', 'ETIMEDOUT']],
  [
    'unavailable',
    [
      'InternalError',
      'InternalFailure',
      'ServiceUnavailable',
      'Unavailable',
      'EAI_AGAIN',
      'ECONNABORTED',
      'ECONNREFUSED',
      'ECONNRESET',
      'EHOSTUNREACH',
      'ENETUNREACH',
      'ENOTFOUND',
      'EPIPE',
    ],
  ],
  [
    'invalid',
    [
      'Invalid*',
      'MissingParameter',
      'UnknownParameter',
      'MalformedQueryString',
      'ValidationError',
      'VPCIdNotSpecified',
    ],
  ],
];

interface SdkError {
  readonly name?: string;
  readonly code?: string;
  readonly message?: string;
  readonly stack?: string;
  readonly $metadata?: { readonly httpStatusCode?: number; readonly requestId?: string };
}

/**
 * An error of the SDK in the common vocabulary; EC2's code stands in `details.awsCode`. Its cause is what the SDK threw,
 * reduced to what holds no secret. NovaCron's own errors pass as they are.
 *
 * @param error - What was thrown.
 * @param vm - The machine it was about.
 */
export function mapError(error: unknown, vm?: string): NovaError {
  if (NovaError.isInstance(error)) return error;
  const { name = 'Error', code, $metadata } = (error ?? {}) as SdkError;
  const message = messageOf(error);
  const requestId = $metadata?.requestId;
  return new HypervisorError({
    kind: kindOf(name) ?? kindOf(code) ?? kindOfStatus($metadata?.httpStatusCode),
    message: `EC2: ${message}`,
    cause: plainError(error, message),
    details: {
      awsCode: name,
      ...(vm === undefined ? {} : { vm }),
      ...(requestId === undefined ? {} : { requestId }),
    },
  });
}

/** Only the first line: what follows may repeat the signed request, with the session's token. */
function messageOf(error: unknown): string {
  const { name, code, message = String(error) } = (error ?? {}) as SdkError;
  return message.split('\n', 1)[0] || code || name || 'no message';
}

/** The SDK's errors hold the whole exchange in a hidden field, and the session's token with it. */
function plainError(error: unknown, message: string): Error {
  const { name = 'Error', code, stack = '', $metadata } = (error ?? {}) as SdkError;
  const frames = stack.split('\n').filter((line) => /^ +at /.test(line));
  return Object.assign(new Error(message), {
    name,
    ...(code === undefined ? {} : { code }),
    ...($metadata?.requestId === undefined ? {} : { requestId: $metadata.requestId }),
    stack: [`${name}: ${message}`, ...frames].join('\n'),
  });
}

function kindOf(code: string | undefined): ErrorKind | undefined {
  if (code === undefined) return undefined;
  const matches = (pattern: string): boolean =>
    pattern.endsWith('*') ? code.startsWith(pattern.slice(0, -1)) : code === pattern;
  return codesByKind.find(([, codes]) => codes.some(matches))?.[0];
}

function kindOfStatus(status: number | undefined): ErrorKind {
  if (status === undefined) return 'internal';
  if (status === 429) return 'throttled';
  if (status >= 500) return 'unavailable';
  return status === 401 || status === 403 ? 'permission' : 'invalid';
}
