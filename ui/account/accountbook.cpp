#include "ui/account/accountbook.h"

#include <QtCore/QSettings>
#include <QtCore/QUrl>

namespace ui {

using namespace Qt::StringLiterals;
using authcore::TokenKey;

namespace {

constexpr qsizetype mostNames = 12;

//! The settings key has one level, whatever the parts of the token key contain.
QString settingFor(TokenKey key)
{
    key.account.clear();
    return QString(u"accounts/"_s % QString::fromLatin1(QUrl::toPercentEncoding(key.toString())));
}

//! Reads back what settingFor() writes.
TokenKey keyOf(const QString &setting)
{
    const QStringList parts = QUrl::fromPercentEncoding(setting.toLatin1()).split(u'/');
    const auto part = [&parts](
                          int at) { return QUrl::fromPercentEncoding(parts.value(at).toLatin1()); };
    return {part(0), {}, part(2), part(3)};
}

//! The first version, which knew one profile and one account, kept the name there.
QString oldSettingFor(const TokenKey &key)
{
    return key.profile == "demo"_L1 ? u"session/lastUser"_s : QString();
}

} // namespace

AccountBook::AccountBook(QSettings &settings)
    : m_settings(settings)
{
}

QStringList AccountBook::names(const TokenKey &key) const
{
    QStringList names = m_settings.value(settingFor(key)).toStringList();
    if (const QString old = oldSettingFor(key); names.isEmpty() && !old.isEmpty())
        names << m_settings.value(old).toString();
    names.removeAll(QString());
    return names;
}

QString AccountBook::last(const TokenKey &key) const
{
    return names(key).value(0);
}

QList<TokenKey> AccountBook::everybody() const
{
    QList<TokenKey> keys;
    m_settings.beginGroup(u"accounts"_s);
    const QStringList settings = m_settings.childKeys();
    m_settings.endGroup();
    for (const QString &setting : settings) {
        TokenKey key = keyOf(setting);
        for (const QString &name : names(TokenKey(key))) {
            key.account = name;
            keys << key;
        }
    }
    return keys;
}

void AccountBook::remember(const TokenKey &key)
{
    if (key.account.isEmpty())
        return;
    QStringList known = names(key);
    known.removeAll(key.account);
    known.prepend(key.account);
    m_settings.setValue(settingFor(key), QStringList(known.mid(0, mostNames)));
}

} // namespace ui
