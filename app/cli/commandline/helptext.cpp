#include "app/cli/commandline/helptext.h"

#include "app/profiles/profilescommand.h"

#include <QtCore/QLatin1String>

using namespace Qt::StringLiterals;

namespace app::cli {

QString usageText()
{
    return QStringLiteral(R"(usage: tokenflight-cli run [OPTION]...
       tokenflight-cli serve [OPTION]...
       tokenflight-cli profiles list | show NAME|FILE | check FILE
       tokenflight-cli profiles new [FILE] --from-curl FILE | --from-issuer URL | --preset NAME
       tokenflight-cli profiles try NAME|FILE [OPTION]...
       tokenflight-cli --help | --version
)");
}

QString helpText()
{
    return QStringLiteral(R"(NAME
  tokenflight-cli - break an access token, send requests at once, and judge what happens

SYNOPSIS
  tokenflight-cli run [OPTION]...
  tokenflight-cli serve [OPTION]...
  tokenflight-cli profiles list
  tokenflight-cli profiles show NAME|FILE [--url BASE]
  tokenflight-cli profiles check FILE [--url BASE]
  tokenflight-cli profiles new [FILE] --from-curl FILE | --from-issuer URL | --preset NAME
  tokenflight-cli profiles try NAME|FILE [OPTION]...
  tokenflight-cli --help | --version

RUN
  Signs in, spoils the tokens as --before says, sends N equal requests at once and judges the
  run: one refresh for all of them, every request answered once, nothing lost. Tokens stay in
  memory. Results go to standard output, everything else to standard error.

  --profile NAME    How the backend is spoken to: the name of a preset, a template or a JSON
                    file, see PROFILES. Default: custom-jwt. A file is spoken to at its own base URL; a
                    preset, and a file without one, at the demo backend, which speaks every preset.
  --url BASE        The backend, such as https://api.example.com. It replaces scheme, host and port
                    of a file's base URL, and its path where BASE has one; what is kept is said.
  --demo            Start the built-in demo backend for this run, whatever base URL a file names.
                    At the demo backend its own counters are judged as well.
  --issuer URL      Find out the authorization server's endpoints from this address (OpenID
                    Connect Discovery, RFC 8414), or from that of its metadata, which ends in
                    /.well-known/openid-configuration. Not at the demo backend.
  --sign-in METHOD  password, browser or device, where the profile has it. Default: its first way;
                    at the demo backend device instead of browser, where no person is needed. For
                    device, code and address are on standard error, and are waited for. For
                    browser, the address is shown and opened.
  --no-browser      Only show the address.
  --user NAME       Who signs in with a password. Default: the demo backend's first user; needed at
                    any other backend.
  --password-file FILE
                    The password is the first line of FILE; '-' is standard input. Needed as
                    --user is, unless TOKENFLIGHT_PASSWORD is set. There is no --password.
  --client-id ID    By which the authorization server knows this client. Default: the profile's.
  --client-secret-file FILE
                    The secret of a confidential client is the first line of FILE; '-' is standard
                    input. It is shown as the profile says, else by HTTP Basic. There is no
                    --client-secret.
  --scope SCOPE     What is asked for, separated by spaces. Default: the profile's.
  --requests N      How many, 1 to 100000. Default: 3.
  --before WHAT     What is done to the tokens first. Default: break-access.
                      break-access   the access token is changed into one that nobody issued
                      expire-access  it expires: at the demo backend, or, with --url, here
                      delete-access  it is gone
                      break-refresh  both tokens are changed
                      none           nothing
  --next-refresh ANSWER
                    What the demo backend answers to the next refresh; later ones are good.
                      ok                           new tokens
                      invalid-grant, 401, 403      the refresh token is rejected
                      429, 500, garbage            a temporary failure: tried again
                      hang, drop, drop-in-body     likewise; hang takes a whole time-out
                      lose-answer                  rotated, but the answer never arrives
                      slow-body                    new tokens, slowly
  --method METHOD   GET or POST. Default: GET.
  --path PATH       The protected resource. Default: the profile's first one.
  --body-file FILE  The body of each POST; '-' is standard input. Default: empty.
  --allow-origin ORIGIN
                    Lets a profile send secrets to ORIGIN too, such as https://login.example.com.
                    Who gets what is said before anything is sent; other places than --url's and
                    --issuer's origin need this. May be given more than once.
  --ca-file FILE    Trusts the certificate authorities in FILE (PEM) besides the system's.
  --client-certificate FILE
                    Shows the certificate in FILE (PEM) to servers that ask for one.
  --client-key FILE Its private key (PEM). Default: in the file of --client-certificate.
  --client-key-password-file FILE
                    The password of an encrypted key is the first line of FILE; '-' is standard
                    input.
  --proxy PROXY     http://host:port or socks5://host:port, also with a user name before the host;
                    direct goes through none. Default: the system's.
  --proxy-password-file FILE
                    The password of that user is the first line of FILE; '-' is standard input.
                    A profile can name CA file, certificate and proxy as well. Then these options
                    are how you agree: a run says which it needs before anything is sent.
  --timeout SECONDS
                    The run ends then at the latest, its sign-in included, and prints what there
                    is. 1 to 86400. Default: 300.
  --format FORMAT   text: a waterfall, the verdict and its rules. json: one line. Default: text.

SERVE
  Runs the demo backend until SIGTERM or SIGINT. Standard output gets its base URL on the first
  line, then its dialects with their endpoints, then its users with their passwords.

  --port PORT       Listen on this port, or fail. Default: any free port.
  --tls             Serve https with a throw-away certificate for 127.0.0.1, which is printed below
                    the users in PEM form.
  --state-file FILE
                    Keep the signing key, the refresh tokens and the port in FILE, so that tokens
                    stay valid when it is started again. Default: nothing is kept.
  --access-lifetime SECONDS
                    The lifetime of access tokens, 1 to 31536000. Default: 900.
  --refresh-lifetime SECONDS
                    The lifetime of refresh tokens, 1 to 31536000. Default: 604800.
  --rotate on|off   Whether a refresh returns a new refresh token. Default: on.
  --reuse-detection on|off
                    Whether a used refresh token revokes its whole family. Default: on.
  --grace SECONDS   A used refresh token stays valid for this time, 0 to 3600. Default: 0.
  --next-refresh ANSWER
                    The answer to the next refresh, as for run. Default: ok.
  --refresh-times N How many refreshes get the answer of --next-refresh. Default: 1.
  --next-resource ANSWER
                    The answer to the next request for a protected resource with a valid token:
                    ok, 401, 403, 500, slow (see --slowness), large (8 MiB) or redirect (to
                    another origin). Default: ok.
  --resource-times N
                    How many requests get the answer of --next-resource. Default: 1.
  --slowness MS     The delay of the resource answer "slow", 0 to 60000. Default: 3000.
  --latency MS      The delay before each answer of sign-in, refresh and protected resources, 0 to
                    60000. Default: 0.
  --sign-in-latency MS, --refresh-latency MS, --resource-latency MS
                    The delay of one of them. Default: --latency.
  --clock-offset SECONDS
                    How far the server's clock is ahead; negative: behind. Default: 0.
  --unknown-refresh-token-status STATUS
                    The status for an invalid refresh token, 400 to 599. Default: the dialect's.
  --send-expires-in on|off
                    Whether token answers of custom-jwt have "expires_in". Default: off.
  --same-access-token on|off
                    Whether a refresh returns the access token that was issued last. Default: off.
  --omit-challenge-header on|off
                    Whether a 401 lacks WWW-Authenticate and a body. Default: off.

  For oauth2 only:
  --device-approval OUTCOME
                    The outcome of device sign-ins: at-once, after-polls, by-person (a person
                    decides on the verification page), denied or expired. Default: at-once.
  --device-polls N  The polls of after-polls that get authorization_pending. Default: 2.
  --device-user NAME
                    The user of approved devices. Default: the first user.
  --device-interval SECONDS
                    The least time between two polls, 0 to 3600. Default: 5.
  --device-slow-downs N
                    The first polls of each device that get slow_down. Default: 0.
  --always-refresh-token on|off
                    Whether scopes without offline_access get a refresh token, too. Default: off.
  --allow-password-grant on|off
                    Whether the password grant is allowed. Default: off.
  --id-token-fault FAULT
                    The fault of ID tokens: none, wrong-audience, wrong-issuer, wrong-nonce or
                    expired. Default: none.
  --code-fault FAULT
                    The fault of authorization answers: none, access-denied, server-error,
                    wrong-state, missing-state, wrong-issuer or missing-issuer. Default: none.

PROFILES
  list prints the presets, one a line:
%1
  and below them templates for frameworks and servers, with how each was tried. They are in
  share/tokenflight/profiles, too, and their names can be used wherever a preset's can. Each is at
  the address where such a server runs during development; --url moves it.
  show prints all of a preset or a file, every key, to begin a file of your own from.
  check says what is wrong with a file, each error as FILE:LINE:COLUMN: POINTER: what; remedy. A
  good one is exit status 0 and says which requests carry the token, and who gets which secret.
  --url moves the profile there, as run does. The keys are explained in profile.schema.json, in share/tokenflight. Comments as in
  JavaScript are allowed.
  new writes a profile with comments to FILE, or to standard output. It never replaces a file
  without --force.

  --from-curl FILE  Of a sign-in that a browser has copied: network panel, Copy as cURL, for a shell
                    or for cmd; '-' is standard input. Its passwords, tokens and cookies are not
                    written anywhere.
  --answer FILE     The answer to that request: its body, or what "curl -i" prints. It shows where
                    the tokens are; '-' is standard input.
  --from-issuer URL Of an authorization server with metadata (OpenID Connect Discovery, RFC 8414).
                    Needs --client-id; --url is where the resources are, by default at the issuer.
  --preset NAME     Of a preset or a template, at --url.
  --force           Replace FILE.

  try tells whether a profile works, and what to change if it does not: it signs in, asks for a
  resource with the token and with a broken one, refreshes, and asks again. At each step it shows
  what was sent, what came and what was found, secrets masked. Where a step fails it looks for the
  edit that helps: it asks the same server at the usual addresses, by the usual names. The edits are
  printed as a JSON patch (RFC 6902). A preset without --url is tried on the demo backend. Options
  as for run: --url, --sign-in, --no-browser, --user, --password-file, --client-id,
  --client-secret-file, --scope, --path, --allow-origin, --timeout, --format.

  --write           Put the edits into FILE; its comments stay.
  --json            The same as --format json.

OUTPUT
  In the waterfall each line is a request or a refresh over time: queued, held (for a refresh),
  sending, receiving. Generations count the token sets of a run: A1 is the one that the burst
  starts with, whatever was done to it before, A2 the next one. Below it, a refresh that failed or
  was tried more than once tells its story: for each try the time, the URL, the status, the error
  and the beginning of the answer, without secrets, and then what was decided and by which setting
  of the profile. Of many tries the first three and the last five are shown.
  In JSON, "verdict" is pass, fail, timed-out or stopped; "challenged" counts challenges,
  "refresh_count" refreshes, "replayed" requests that were sent again, "lost" requests that never
  ended; "refreshes" has the story of each refresh.

EXIT STATUS
  0  every rule held; for try: every step passed, or does with the edits that were written
  1  a rule was broken, or a step failed
  2  the command line or a file that it names cannot be used
  3  the backend cannot be reached, or does not let us in
  4  timed out (see --timeout): what there is so far is printed, and not judged
  5  stopped by SIGINT, SIGTERM or SIGHUP: likewise; the same signal once more ends it at once

ENVIRONMENT
  TOKENFLIGHT_PASSWORD  the password, where --password-file is not given; the demo backend's
                        own users do not need it
  TOKENFLIGHT_CLIENT_SECRET  the client's secret, where --client-secret-file is not given
  TOKENFLIGHT_CLIENT_KEY_PASSWORD  the password of the client's key, where
                        --client-key-password-file is not given
  TOKENFLIGHT_PROXY_PASSWORD  the password at the proxy, where --proxy-password-file is not given

EXAMPLES
  tokenflight-cli run
  tokenflight-cli run --requests 100 --before expire-access --format json
  tokenflight-cli run --next-refresh invalid-grant
  tokenflight-cli run --profile oauth2
  tokenflight-cli run --profile cookie-csrf --method POST
  tokenflight-cli serve --access-lifetime 60 --grace 10
  tokenflight-cli profiles check mine.json
  tokenflight-cli profiles new mine.json --from-curl copied.txt
  tokenflight-cli profiles try mine.json --user anna --password-file secret --write
  tokenflight-cli run --url https://api.example.com --user anna --password-file - <secret
)")
        .arg(presetList(u"    "_s));
}

QString versionText()
{
    return u"tokenflight-cli %1 (Qt %2)\n"_s.arg(
        QLatin1String(TOKENFLIGHT_VERSION), QLatin1String(qVersion()));
}

} // namespace app::cli
