#pragma once

#include "authcore/demobackend/knobs.h"
#include "authcore/demobackend/oauth/oauthgrant.h"

#include <QtCore/QHash>
#include <QtCore/QString>

#include <chrono>
#include <optional>

namespace demobackend {

//! The requests of devices and their outcomes.
//!
//! Lifetime: requests are kept in memory; a restart forgets them.
//! Thread:   one at a time.
//! Spec:     RFC 8628.
class DeviceGrants
{
public:
    static constexpr std::chrono::seconds lifetime {600};

    struct Begun
    {
        QByteArray deviceCode; //!< only the device knows it
        QString userCode; //!< "BCDF-GHJK", for a person to type
    };
    enum class Verdict { Granted, Pending, TooFast, Denied, Expired, Unknown };
    struct Poll
    {
        Verdict verdict = Verdict::Unknown;
        OAuthGrant grant; //!< of Granted
    };

    //! `asked` has no user so far.
    [[nodiscard]] Begun begin(const OAuthGrant &asked, const Knobs &knobs, Instant now);
    //! Returns Granted, Denied or Expired once; after that the device code is unknown.
    [[nodiscard]] Poll poll(
        const QByteArray &deviceCode, const QString &clientId, const Knobs &knobs, Instant now);

    //! The request with this user code, in any spelling. Empty: no device waits with this code.
    [[nodiscard]] std::optional<OAuthGrant> waiting(const QString &userCode, Instant now) const;
    void allow(const QString &userCode, const QString &userId, Instant now);
    void deny(const QString &userCode);

private:
    enum class Decision { None, Allowed, Denied };
    struct Device
    {
        OAuthGrant grant;
        QString userCode;
        Instant expiresAt;
        std::chrono::milliseconds interval;
        std::optional<Instant> polledAt;
        int polls = 0; //!< that came after the interval
        int slowDowns = 0; //!< caused by the knob
        Decision decision = Decision::None;
    };

    [[nodiscard]] static bool isTooFast(const Device &device, Instant now);
    static void approveByItself(Device &device, const Knobs &knobs, Instant now);
    [[nodiscard]] QHash<QByteArray, Device>::iterator find(const QString &userCode);

    QHash<QByteArray, Device> m_devices; //!< the key is the device code
};

} // namespace demobackend
