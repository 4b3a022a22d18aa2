#include "authcore/demobackend/oauth/devicegrants.h"

#include "authcore/demobackend/randomtext.h"

#include <QtCore/QRandomGenerator>

#include <algorithm>

using namespace Qt::Literals::StringLiterals;

namespace demobackend {

namespace {

//! RFC 8628 section 6.1: no vowels, so that no words appear, and no letters that look alike.
constexpr QLatin1StringView letters("BCDFGHJKLMNPQRSTVWXZ");
constexpr qsizetype half = 4;

QString newUserCode()
{
    QString code;
    for (int i = 0; i < 2 * half; ++i)
        code += letters.at(QRandomGenerator::system()->bounded(letters.size()));
    return code.first(half) + u'-' + code.sliced(half);
}

//! The user code as it was issued, from one typed with other case, dashes and spaces.
QString tidied(const QString &typed)
{
    QString code;
    for (const auto c : typed.toUpper())
        if (c.isLetter())
            code += c;
    return code.size() == 2 * half ? QString(code.first(half) + u'-' + code.sliced(half))
                                   : QString();
}

QString userIdOf(const Knobs &knobs)
{
    return findUser(&DemoUser::name, knobs.deviceUser).value_or(demoUsers().front()).id;
}

} // namespace

DeviceGrants::Begun DeviceGrants::begin(const OAuthGrant &asked, const Knobs &knobs, Instant now)
{
    m_devices.removeIf([now](const QHash<QByteArray, Device>::iterator &entry) {
        return now >= entry->expiresAt + lifetime;
    });
    QString userCode = newUserCode();
    while (find(userCode) != m_devices.end())
        userCode = newUserCode();
    const auto deviceCode = randomText(24);
    m_devices.insert(
        deviceCode, {asked, userCode, now + lifetime, knobs.deviceInterval, {}, 0, 0, {}});
    return {deviceCode, userCode};
}

DeviceGrants::Poll DeviceGrants::poll(
    const QByteArray &deviceCode, const QString &clientId, const Knobs &knobs, Instant now)
{
    const auto found = m_devices.find(deviceCode);
    if (found == m_devices.end() || found->grant.clientId != clientId)
        return {Verdict::Unknown, {}};
    const bool hasExpired =
        now >= found->expiresAt || knobs.deviceApproval == DeviceApproval::Expired;
    if (hasExpired) {
        m_devices.erase(found);
        return {Verdict::Expired, {}};
    }
    if (found->slowDowns < knobs.deviceSlowDowns) {
        ++found->slowDowns; // the interval stays, so that tests with this knob need not wait
        return {Verdict::TooFast, {}};
    }
    const bool isEarly = isTooFast(*found, now);
    found->polledAt = now;
    if (isEarly) {
        found->interval += std::chrono::seconds(5); // RFC 8628 section 3.5
        return {Verdict::TooFast, {}};
    }
    ++found->polls;
    approveByItself(*found, knobs, now);
    if (found->decision == Decision::None)
        return {Verdict::Pending, {}};
    const auto device = m_devices.take(deviceCode);
    if (device.decision == Decision::Denied)
        return {Verdict::Denied, {}};
    return {Verdict::Granted, device.grant};
}

std::optional<OAuthGrant> DeviceGrants::waiting(const QString &userCode, Instant now) const
{
    const auto code = tidied(userCode);
    for (const auto &device : m_devices)
        if (device.userCode == code && device.decision == Decision::None && now < device.expiresAt)
            return device.grant;
    return {};
}

void DeviceGrants::allow(const QString &userCode, const QString &userId, Instant now)
{
    const auto found = find(tidied(userCode));
    if (found == m_devices.end())
        return;
    found->grant.userId = userId;
    found->grant.authenticatedAt = now;
    found->decision = Decision::Allowed;
}

void DeviceGrants::deny(const QString &userCode)
{
    if (const auto found = find(tidied(userCode)); found != m_devices.end())
        found->decision = Decision::Denied;
}

bool DeviceGrants::isTooFast(const Device &device, Instant now)
{
    // The client's timer may fire slightly early, and this request may arrive faster.
    return device.polledAt && now - *device.polledAt < device.interval * 9 / 10;
}

void DeviceGrants::approveByItself(Device &device, const Knobs &knobs, Instant now)
{
    if (device.decision != Decision::None)
        return;
    switch (knobs.deviceApproval) {
    case DeviceApproval::AfterPolls:
        if (device.polls <= knobs.deviceApprovalPolls)
            return;
        break;
    case DeviceApproval::AtOnce:
        break;
    case DeviceApproval::Denied:
        device.decision = Decision::Denied;
        return;
    case DeviceApproval::ByPerson:
    case DeviceApproval::Expired:
        return;
    }
    device.grant.userId = userIdOf(knobs);
    device.grant.authenticatedAt = now;
    device.decision = Decision::Allowed;
}

QHash<QByteArray, DeviceGrants::Device>::iterator DeviceGrants::find(const QString &userCode)
{
    return std::find_if(m_devices.begin(), m_devices.end(),
        [&](const Device &device) { return device.userCode == userCode; });
}

} // namespace demobackend
