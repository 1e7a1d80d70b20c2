import { Catch, type ArgumentsHost } from '@nestjs/common';
import { BaseExceptionFilter } from '@nestjs/core';
import { throwError, type Observable } from 'rxjs';

/**
 * Hands the error of a message handler to the transport as it was thrown. Without it Nest answers every unknown
 * error with `{status: 'error', message: 'Internal server error'}`, and the transport could not tell a database that
 * is away from a defect. Errors of HTTP requests go the usual way.
 */
@Catch()
export class RpcRethrowFilter extends BaseExceptionFilter {
  override catch(exception: unknown, host: ArgumentsHost): Observable<never> | void {
    if (host.getType() === 'rpc') return throwError(() => exception);
    super.catch(exception, host);
  }
}
