#include "authcore/protocol/tokenexchange.h"

#include "authcore/protocol/sessioncookies.h"
#include "authcore/protocol/templates.h"
#include "authcore/session/clock.h"

#include <QtCore/QDateTime>
#include <QtCore/QJsonDocument>
#include <QtCore/QLocale>
#include <QtCore/QPointer>
#include <QtCore/QTimeZone>
#include <QtCore/QUuid>
#include <QtNetwork/QNetworkAccessManager>
#include <QtNetwork/QNetworkReply>
#include <QtNetwork/QNetworkRequest>

#include <algorithm>
#include <cstring>
#include <utility>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace authcore {

namespace {

using Code = TokenError::Code;

constexpr auto largestAnswer = qsizetype {1024} * 1024;
constexpr std::chrono::milliseconds longestRetryAfter = 24h;

//! A body that can be read once: Qt rewinds and repeats whatever it can rewind.
class OneShotBody : public QIODevice
{
public:
    OneShotBody(QByteArray data, QObject *parent)
        : QIODevice(parent)
        , m_data(std::move(data))
    {
        open(QIODevice::ReadOnly | QIODevice::Unbuffered);
    }
    ~OneShotBody() override { m_data.fill('\0'); }
    OneShotBody(const OneShotBody &) = delete;
    OneShotBody &operator=(const OneShotBody &) = delete;

    [[nodiscard]] bool isSequential() const override { return true; }
    [[nodiscard]] qint64 bytesAvailable() const override
    {
        return m_data.size() - m_read + QIODevice::bytesAvailable();
    }
    [[nodiscard]] bool atEnd() const override { return bytesAvailable() == 0; }
    bool reset() override { return false; } // that is the point; the base class would warn

protected:
    qint64 readData(char *target, qint64 size) override
    {
        const auto count = std::min<qint64>(size, m_data.size() - m_read);
        if (count == 0)
            return m_data.isEmpty() || size > 0 ? -1 : 0;
        std::memcpy(target, m_data.constData() + m_read, static_cast<std::size_t>(count));
        m_read += count;
        return count;
    }
    qint64 writeData(const char * /*data*/, qint64 /*size*/) override { return -1; }

private:
    QByteArray m_data;
    qint64 m_read = 0;
};

PlaceholderValue valuesOf(const BackendProfile &profile, const TokenGrant &grant)
{
    return [&profile, &grant](const QString &name) -> std::optional<QString> {
        const auto orNothing = [](const QString &text) {
            return text.isEmpty() ? std::nullopt : std::optional(text);
        };
        if (name == "userName"_L1)
            return grant.userName;
        if (name == "password"_L1)
            return grant.password;
        if (name == "accessToken"_L1)
            return orNothing(QString::fromUtf8(grant.accessToken));
        if (name == "refreshToken"_L1)
            return QString::fromUtf8(grant.refreshToken);
        if (name == "clientId"_L1)
            return orNothing(profile.clientId);
        if (name == "scope"_L1)
            return orNothing(profile.scope);
        constexpr auto prefix = "cookie:"_L1;
        const QNetworkCookie *cookie =
            name.startsWith(prefix) ? cookieNamed(grant.cookies, name.mid(prefix.size())) : nullptr;
        return cookie ? std::optional(QString::fromUtf8(cookie->value())) : std::nullopt;
    };
}

//! RFC 6749 section 2.3.1: encoded as a form's values are, then joined.
QByteArray basicCredentials(const QString &clientId, const QByteArray &secret)
{
    const QByteArray pair = QUrl::toPercentEncoding(clientId) + ':' + secret.toPercentEncoding();
    return "Basic " + pair.toBase64();
}

struct Body
{
    QByteArray content;
    QByteArray type;
};

Body formBody(const QJsonObject &fields)
{
    QByteArrayList form;
    // Not QUrlQuery, which leaves '+' as it is, and a server then reads a space.
    for (auto field = fields.begin(); field != fields.end(); ++field)
        form.append(QUrl::toPercentEncoding(field.key()) + '='
            + QUrl::toPercentEncoding(field.value().toString()));
    return {form.join('&'), "application/x-www-form-urlencoded"};
}

//! RFC 7578. Not QHttpMultiPart: its device can be rewound, see OneShotBody.
Body multipartBody(const QJsonObject &fields)
{
    const QByteArray boundary = "tokenflight-" + QUuid::createUuid().toByteArray(QUuid::Id128);
    Body body {{}, "multipart/form-data; boundary=" + boundary};
    for (auto field = fields.begin(); field != fields.end(); ++field) {
        // HTML's way of writing names, which RFC 7578 section 2 leaves to it.
        const QByteArray name =
            field.key().toUtf8().replace('"', "%22").replace('\r', "%0D").replace('\n', "%0A");
        body.content += "--" + boundary + "\r\nContent-Disposition: form-data; name=\"" + name
            + "\"\r\n\r\n" + field.value().toString().toUtf8() + "\r\n";
    }
    body.content += "--" + boundary + "--\r\n";
    return body;
}

Body bodyOf(const BackendProfile &profile, const TokenRequest &request, const TokenGrant &grant)
{
    QJsonObject fields = filledIn(QJsonValue(request.body), valuesOf(profile, grant)).toObject();
    if (profile.clientAuthentication == ClientAuthentication::Post) {
        fields.insert(u"client_id"_s, profile.clientId);
        fields.insert(u"client_secret"_s, QString::fromUtf8(grant.clientSecret));
    }
    switch (request.format) {
    case BodyFormat::Json:
        return {QJsonDocument(fields).toJson(QJsonDocument::Compact), "application/json"};
    case BodyFormat::Form:
        return formBody(fields);
    case BodyFormat::Multipart:
        return multipartBody(fields);
    }
    return {};
}

QNetworkRequest networkRequest(const QUrl &url, const Body &body)
{
    QNetworkRequest request(url);
    request.setHeader(QNetworkRequest::ContentTypeHeader, body.type);
    request.setHeader(QNetworkRequest::ContentLengthHeader, qint64(body.content.size()));
    request.setRawHeader("Accept", "application/json");
    request.setAttribute(QNetworkRequest::DoNotBufferUploadDataAttribute, true);
    request.setAttribute(
        QNetworkRequest::RedirectPolicyAttribute, QNetworkRequest::ManualRedirectPolicy);
    request.setAttribute(QNetworkRequest::CookieLoadControlAttribute, QNetworkRequest::Manual);
    request.setAttribute(QNetworkRequest::CookieSaveControlAttribute, QNetworkRequest::Manual);
    request.setAttribute(QNetworkRequest::AuthenticationReuseAttribute, QNetworkRequest::Manual);
    request.setAttribute(
        QNetworkRequest::CacheLoadControlAttribute, QNetworkRequest::AlwaysNetwork);
    request.setAttribute(QNetworkRequest::CacheSaveControlAttribute, false);
    // That a body is sent once was proved for HTTP/1 only, and one POST gains nothing from HTTP/2.
    request.setAttribute(QNetworkRequest::Http2AllowedAttribute, false);
    return request;
}

//! RFC 9110 section 5.6.7: IMF-fixdate, the one form that servers may still write.
std::optional<std::chrono::sys_seconds> httpDate(const QByteArray &header)
{
    const auto text = QString::fromLatin1(header.trimmed());
    const auto parts = text.split(u' ');
    if (parts.size() != 6 || parts.constLast() != "GMT"_L1)
        return std::nullopt;
    // Apart, since together they would be a local time, some of which do not exist.
    const auto date = QLocale::c().toDate(parts.mid(0, 4).join(u' '), u"ddd, dd MMM yyyy"_s);
    const auto time = QTime::fromString(parts.at(4), u"HH:mm:ss"_s);
    if (!date.isValid() || !time.isValid())
        return std::nullopt;
    const auto seconds = QDateTime(date, time, QTimeZone::utc()).toSecsSinceEpoch();
    return std::chrono::sys_seconds(std::chrono::seconds(seconds));
}

//! RFC 9110 section 10.2.3: seconds or a date, which is measured against the server's own clock.
std::optional<std::chrono::milliseconds> retryAfter(
    const QByteArray &header, std::chrono::sys_seconds serverNow)
{
    const auto text = header.trimmed();
    const auto isDigit = [](char c) { return c >= '0' && c <= '9'; };
    std::chrono::milliseconds delay {};
    if (!text.isEmpty() && std::all_of(text.cbegin(), text.cend(), isDigit)) {
        bool fits = false;
        const auto seconds = text.toInt(&fits);
        delay = fits ? std::chrono::seconds(seconds) : longestRetryAfter;
    } else if (const auto date = httpDate(text)) {
        delay = *date - serverNow;
    } else {
        return std::nullopt;
    }
    return std::clamp(delay, std::chrono::milliseconds::zero(), longestRetryAfter);
}

//! For people: no user, no query, no fragment.
QString place(const QUrl &url)
{
    return url.toDisplayString(QUrl::RemoveUserInfo | QUrl::RemoveQuery | QUrl::RemoveFragment);
}

//! No answer came, or it broke off. Statuses from 400 on have error codes from 201 on.
bool isConnectionError(QNetworkReply::NetworkError error)
{
    return error != QNetworkReply::NoError && error < QNetworkReply::ContentAccessDenied;
}

} // namespace

struct TokenExchange::Private
{
    TokenExchange *owner;
    QNetworkAccessManager &http;
    Clock &clock;
    BackendProfile profile = {};
    QList<QNetworkCookie> cookies = {}; //!< the session's
    QUrl url = {};
    std::function<void(TokenResult)> then = {}; //!< empty: nothing was started, or all is over
    QPointer<QNetworkReply> reply = {}; //!< empty again when it is over
    QByteArray answer = {};
    std::unique_ptr<Clock::Timer> deadline = {};

    [[nodiscard]] TokenError failure(Code code, const QString &what) const
    {
        return {code, what % u" ("_s % place(url) % u')', std::nullopt, std::nullopt};
    }

    [[nodiscard]] TokenResult refusal() const
    {
        if (url.isEmpty())
            return TokenError {Code::Refused, u"The profile names no endpoint for this"_s, {}, {}};
        return failure(Code::Refused,
            u"Not sent: only https, or plain http to this machine, may carry credentials"_s);
    }

    [[nodiscard]] AnswerCookies cookiesAfter(
        std::optional<std::chrono::sys_seconds> serverDate, std::chrono::sys_seconds now) const
    {
        if (!keepsCookies(profile))
            return {};
        const auto fresh = readCookies(setCookieHeaders(*reply), serverDate, now);
        AnswerCookies after {mergedCookies(cookies, fresh, url, now), {}};
        for (const QNetworkCookie &cookie : fresh)
            after.set.append(cookie.name());
        return after;
    }

    //! All there was of the answer is in `answer`.
    [[nodiscard]] TokenResult read() const
    {
        const auto status = reply->attribute(QNetworkRequest::HttpStatusCodeAttribute);
        if (!status.isValid() || isConnectionError(reply->error())) {
            auto reason = reply->errorString();
            if (reason.contains("://"_L1)) // some of Qt's texts name the URL with its query
                reason = u"the connection failed"_s;
            return failure(Code::NoNetwork, reason);
        }
        const auto serverDate = httpDate(reply->rawHeader("Date"));
        const auto now = std::chrono::floor<std::chrono::seconds>(clock.now());
        auto result = readTokenAnswer(
            profile, status.toInt(), answer, serverDate, now, cookiesAfter(serverDate, now));
        if (auto *error = std::get_if<TokenError>(&result)) {
            error->detail += u" ("_s % place(url) % u')';
            error->retryAfter =
                retryAfter(reply->rawHeader("Retry-After"), serverDate.value_or(now));
        }
        return result;
    }

    void take()
    {
        answer += reply->read(largestAnswer + 1 - answer.size());
        const bool isTooLarge = answer.size() > largestAnswer;
        if (isTooLarge)
            finish(failure(Code::BadAnswer, u"The answer is larger than 1 MiB"_s));
        else if (reply->isFinished())
            finish(read());
    }

    //! The last thing that happens here: `then` may delete the exchange.
    void finish(TokenResult result)
    {
        deadline.reset();
        if (const auto over = std::exchange(reply, nullptr)) {
            over->disconnect(owner);
            over->abort();
            over->deleteLater();
        }
        const auto last = std::exchange(then, nullptr);
        last(std::move(result));
    }
};

TokenExchange::TokenExchange(QNetworkAccessManager &http, Clock &clock, QObject *parent)
    : QObject(parent)
    , d(new Private {this, http, clock})
{
}

TokenExchange::~TokenExchange()
{
    if (!d->reply)
        return;
    d->reply->disconnect(this);
    delete d->reply; // not abort(), after which Qt 6.4.2 still sends what waits for its turn
}

void TokenExchange::start(const BackendProfile &profile, const TokenRequest &request,
    const TokenGrant &grant, std::chrono::milliseconds timeout,
    std::function<void(TokenResult)> then)
{
    Q_ASSERT_X(!d->then && d->profile == BackendProfile(), "TokenExchange", "one use only");
    d->profile = profile;
    d->cookies = grant.cookies;
    d->url = profile.resolved(request.url);
    d->url.setUserInfo(QString()); // or Qt would try it when a Basic challenge comes
    d->then = std::move(then);
    if (d->url.isEmpty() || !profile.isTransportAllowed(d->url)) {
        QMetaObject::invokeMethod(
            this, [this] { d->finish(d->refusal()); }, Qt::QueuedConnection);
        return;
    }
    const Body body = bodyOf(profile, request, grant);
    const auto now = std::chrono::floor<std::chrono::seconds>(d->clock.now());
    QNetworkRequest outgoing = networkRequest(d->url, body);
    for (const auto &[name, text] : request.headers) {
        if (const auto value = filledIn(text, valuesOf(profile, grant)))
            outgoing.setRawHeader(name.toLatin1(), value->toLatin1());
    }
    if (const auto cookies = cookieHeader(cookiesFor(grant.cookies, d->url, now));
        !cookies.isEmpty())
        outgoing.setRawHeader("Cookie", cookies);
    if (profile.clientAuthentication == ClientAuthentication::Basic)
        outgoing.setRawHeader(
            "Authorization", basicCredentials(profile.clientId, grant.clientSecret));
    auto *device = new OneShotBody(body.content, this);
    d->reply = d->http.post(outgoing, device);
    device->setParent(d->reply);
    connect(d->reply, &QIODevice::readyRead, this, [this] { d->take(); });
    connect(d->reply, &QNetworkReply::finished, this, [this] { d->take(); });
    d->deadline = d->clock.after(timeout,
        [this] { d->finish(d->failure(Code::TimedOut, u"No complete answer in time"_s)); });
}

} // namespace authcore
