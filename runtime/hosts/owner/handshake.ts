import * as z from 'zod';

/** The first request on an owner's socket: nothing else is answered before the token was shown. */
export const JOIN = 'zoey/join';
export const JoinParams = z.object({ token: z.string().max(200) });

/** Asked while calls are under way, to tell an owner that works long from one that hangs. */
export const PING = 'zoey/ping';

/**
 * What the owner tells its guests when it closes. A guest sends nothing more, and hangs up when its calls have
 * been answered: so no call is lost in a socket that is closed while it is on its way.
 */
export const LEAVING = 'zoey/leaving';
