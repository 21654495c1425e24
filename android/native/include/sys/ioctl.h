/* Control of devices; SQLite includes it and calls nothing. */
#pragma once
