#pragma once

#include <QtNetwork/QNetworkAccessManager>
#include <QtNetwork/QNetworkReply>
#include <QtNetwork/QNetworkRequest>

#include <variant>

namespace authcore {

//! Where one redirect leads.
struct Hop
{
    QUrl url;
    QNetworkAccessManager::Operation operation = QNetworkAccessManager::GetOperation;
    bool keepsBody = true; //!< false: the next request has no body and no headers of one

    bool operator==(const Hop &) const = default;
};

//! Why a redirect is not followed; the reply ends with this error.
struct RedirectError
{
    QNetworkReply::NetworkError code = QNetworkReply::ProtocolUnknownError;
    QString text;
    QUrl url = {}; //!< what the reply's url() becomes; empty: it stays as it is

    bool operator==(const RedirectError &) const = default;
};

//! Whether a status is 301, 302, 303, 305, 307 or 308: those that Qt follows.
[[nodiscard]] bool isRedirectStatus(int status);

//! Applies Qt's rules to one redirect. AuthReply follows redirects by these rules because Qt's own
//! following sends requests twice and takes credentials to any origin. Pure.
//! Source:   QNetworkReplyHttpImplPrivate::onRedirected, RFC 9110 section 15.4.
[[nodiscard]] std::variant<Hop, RedirectError> nextHop(QNetworkRequest::RedirectPolicy policy,
    const QUrl &from, const QByteArray &location, int status,
    QNetworkAccessManager::Operation operation, int hopsLeft);

//! Knows where redirects have led a request, and what the next request therefore must not carry.
//!
//! Leaving an origin or TLS cannot be undone: a later redirect back restores no credentials.
//! Lifetime: a value, a part of one reply.
//! Thread:   one at a time.
//! Spec:     RFC 9110 section 15.4.
class RedirectTrail
{
public:
    //! The policy of `request`; Qt's default where the request names none.
    [[nodiscard]] static QNetworkRequest::RedirectPolicy policyOf(const QNetworkRequest &request);
    //! Whether an answer of `status` to `request` is a redirect that is followed.
    [[nodiscard]] static bool isFollowed(const QNetworkRequest &request, int status);

    //! A redirect answer to the present request.
    struct Answer
    {
        QUrl from; //!< the URL that answered
        QByteArray location; //!< the Location header
        int status = 0; //!< one of isRedirectStatus()
        QNetworkAccessManager::Operation operation; //!< of the request that was answered
    };
    //! Where `answer` leads the request, whose limit of redirects counts the hops so far.
    [[nodiscard]] std::variant<Hop, RedirectError> next(
        const QNetworkRequest &request, const Answer &answer) const;
    //! The request goes from `from` to `hop`.
    void follow(const QUrl &from, const Hop &hop);
    //! Changes the caller's request into the one to send to `url`, the end of the trail.
    void apply(QNetworkRequest &request, const QUrl &url) const;

    [[nodiscard]] bool isEmpty() const noexcept { return m_hops == 0; } //!< no redirect so far
    [[nodiscard]] bool hasLeftTls() const noexcept { return m_hasLeftTls; } //!< from https to http
    //! A redirect made the request one without a body.
    [[nodiscard]] bool hasDroppedBody() const noexcept { return m_hasDroppedBody; }

    //! The next hop waits until the caller allows it (UserVerifiedRedirectPolicy).
    void waitForCaller() noexcept { m_waitsForCaller = true; }
    //! The caller allows the hop. False: no hop waits.
    [[nodiscard]] bool endWait() noexcept;

private:
    int m_hops = 0;
    bool m_hasLeftOrigin = false; //!< credentials of the caller's own stay behind
    bool m_hasLeftTls = false;
    bool m_hasDroppedBody = false;
    bool m_waitsForCaller = false;
};

} // namespace authcore
