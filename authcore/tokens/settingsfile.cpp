#include "authcore/tokens/settingsfile.h"

#include "authcore/system/privatefolder.h"
#include "authcore/tokens/settingsdraft.h"
#include "authcore/tokens/settingsturn.h"
#include "authcore/tokens/tokenjournal.h"

#include <QtCore/QCryptographicHash>
#include <QtCore/QFile>
#include <QtCore/QFileInfo>
#include <QtCore/QSettings>

#include <functional>
#include <tuple>
#include <unistd.h>

using namespace Qt::StringLiterals;

namespace authcore::settingsfile {

namespace {

const QString group = u"tokens/"_s;

//! QSettings takes '/' for a group and "//" for "/": the joined key is encoded once more.
QString settingsKey(const TokenKey &key)
{
    return group % QString::fromLatin1(QUrl::toPercentEncoding(key.toString()));
}

//! Empty: the value is no token set's.
std::optional<TokenKey> keyFrom(const QString &settingsKey)
{
    if (!settingsKey.startsWith(group))
        return std::nullopt;
    return TokenKey::fromString(
        QUrl::fromPercentEncoding(settingsKey.mid(group.size()).toLatin1()));
}

//! A file of this key's own beside the settings file. A hash: keys hold what people typed, and
//! file names have limits.
QString besides(const QString &filePath, const TokenKey &key, QStringView suffix)
{
    const auto hash =
        QCryptographicHash::hash(key.toString().toUtf8(), QCryptographicHash::Sha256).toHex();
    return filePath % u'.' % QString::fromLatin1(hash.left(16)) % suffix;
}

TokenJournal journalOf(const QString &filePath, const TokenKey &key)
{
    return TokenJournal(besides(filePath, key, u".new"));
}

StoreError unreadable(const QString &filePath, const QString &why)
{
    return {StoreError::Code::Unreadable, u"Cannot read "_s % filePath % u": "_s % why};
}

StoreError unwritable(const QString &filePath, const QString &why)
{
    return {StoreError::Code::Unwritable, u"Cannot write "_s % filePath % u": "_s % why};
}

StoreError garbage(const QString &filePath, const QString &where)
{
    return {StoreError::Code::Garbage, filePath % u" holds no readable tokens in "_s % where};
}

//! Takes the permissions of other users away: another program may have made the file.
Done narrow(const QString &filePath)
{
    QFile file(filePath);
    if (!QFileInfo(filePath).isFile())
        return std::nullopt;
    constexpr auto others = QFile::ReadGroup | QFile::WriteGroup | QFile::ExeGroup
        | QFile::ReadOther | QFile::WriteOther | QFile::ExeOther;
    if (file.permissions().testAnyFlags(others)
        && !file.setPermissions(QFile::ReadOwner | QFile::WriteOwner))
        return unwritable(filePath, u"others may read it, and that cannot be changed"_s);
    return std::nullopt;
}

//! The error if this process does not have the turn: to write might undo what another one writes.
Done refused(const SettingsTurn &turn, const QString &filePath)
{
    const auto problem = turn.problem();
    return problem ? unwritable(filePath, *problem) : Done();
}

Done replace(const SettingsTurn &turn, const std::function<void(QSettings &)> &change)
{
    const auto problem = settingsdraft::replace(turn, change);
    return problem ? unwritable(turn.filePath(), *problem) : Done();
}

Done put(const SettingsTurn &turn, const TokenKey &key, const QByteArray &value)
{
    return replace(turn, [&](QSettings &settings) {
        settings.setValue(settingsKey(key), QString::fromLatin1(value));
    });
}

//! Finishes the write of a process that was killed.
Done takeJournalOver(const SettingsTurn &turn, const TokenKey &key)
{
    const auto journal = journalOf(turn.filePath(), key);
    const auto value = journal.read();
    if (value && TokenSet::fromSerialized(*value)) {
        if (auto error = put(turn, key, *value))
            return error;
    }
    journal.clear();
    return std::nullopt;
}

//! What `read` finds in the file; nothing where there is no file.
template <typename Found, typename Read>
Found readFile(const QString &filePath, Read read)
{
    const QFileInfo file(filePath);
    if (file.exists() && !file.isFile()) // to open it might block
        return unreadable(filePath, u"this is no file"_s);
    const QSettings settings(filePath, QSettings::IniFormat);
    if (settings.status() == QSettings::AccessError)
        return unreadable(filePath, u"no access"_s);
    Found found = read(settings);
    // QSettings reports an error of format only the first time that it reads this file.
    const bool isBroken = settings.status() == QSettings::FormatError
        || (file.size() > 0 && settings.allKeys().isEmpty());
    return found == Found() && isBroken ? garbage(filePath, u"the whole file"_s) : found;
}

Loaded loadInTurn(const QString &filePath, const TokenKey &key)
{
    if (const auto value = journalOf(filePath, key).read())
        if (auto tokens = TokenSet::fromSerialized(*value))
            return tokens;
    return readFile<Loaded>(filePath, [&](const QSettings &settings) -> Loaded {
        const auto place = settingsKey(key);
        if (!settings.contains(place))
            return std::nullopt;
        auto tokens = TokenSet::fromSerialized(settings.value(place).toString().toUtf8());
        return tokens ? Loaded(tokens) : garbage(filePath, place);
    });
}

//! No process has ever written there, or is about to.
bool isUntouched(const QString &filePath)
{
    return !QFileInfo::exists(filePath) && !QFileInfo::exists(SettingsTurn::lockOf(filePath));
}

//! What `read` finds in a turn at the file; nothing where there is no file.
template <typename Found, typename Read>
Found readInTurn(const QString &filePath, Read read)
{
    if (isUntouched(filePath))
        return {};
    // Writers wait for this turn, so nothing changes while it lasts. Without it the file is read
    // all the same: either no process can write, or one hangs.
    const SettingsTurn turn(filePath);
    const QFileInfo file(filePath);
    if (!file.exists()) {
        if (turn.isBusy()) // another process may be about to create it
            return unreadable(filePath, *turn.problem());
        return {};
    }
    if (file.isFile() && !file.isReadable())
        return unreadable(filePath, u"no access"_s);
    if (const auto error = narrow(filePath))
        return *error;
    return read(turn);
}

//! Room for a new version of the file, for the copy that QSettings writes, and for the journal,
//! each with longer tokens than now.
qint64 spaceFor(qint64 fileSize)
{
    constexpr qint64 growth = 4096;
    constexpr qint64 lockFile = 4096;
    return 3 * (fileSize + growth) + lockFile;
}

} // namespace

QString lockPath(const QString &filePath, const TokenKey &key)
{
    return besides(filePath, key, u".refresh");
}

Loaded load(const QString &filePath, const TokenKey &key)
{
    return readInTurn<Loaded>(filePath, [&](const SettingsTurn &turn) {
        if (!turn.problem())
            std::ignore = takeJournalOver(turn, key);
        return loadInTurn(filePath, key); // reads a journal that could not be taken over
    });
}

Accounts accounts(const QString &filePath, const QString &profileId)
{
    return readInTurn<Accounts>(filePath, [&](const SettingsTurn &) {
        return readFile<Accounts>(filePath, [&](const QSettings &settings) {
            QList<TokenKey> keys;
            for (const QString &name : settings.allKeys()) {
                const auto key = keyFrom(name);
                if (key && key->profile == profileId)
                    keys += *key;
            }
            return Accounts(keys);
        });
    });
}

Done write(const QString &filePath, const TokenKey &key, const WriteCondition &condition,
    const std::optional<TokenSet> &tokens)
{
    if (!tokens && isUntouched(filePath))
        return std::nullopt;
    if (tokens && !makePrivateFolder(QFileInfo(filePath).path()))
        return unwritable(filePath, u"the folder cannot be created"_s);
    const SettingsTurn turn(filePath);
    if (auto error = refused(turn, filePath))
        return error;
    if (!tokens)
        settingsdraft::removeLeftovers(filePath);
    if (auto error = takeJournalOver(turn, key))
        return error;
    const Loaded found = loadInTurn(filePath, key);
    const auto verdict = judged(condition, found, tokens);
    if (!verdict.isMet || (!tokens && found == Loaded(std::nullopt)))
        return verdict.answer;
    if (!tokens)
        return replace(turn, [&key](QSettings &settings) { settings.remove(settingsKey(key)); });
    const auto value = tokens->serialized();
    const auto journal = journalOf(filePath, key);
    journal.write(value);
    auto done = put(turn, key, value);
    journal.clear(); // last: if this process is killed before, the next one finds the tokens there
    return done;
}

Done checkWritable(const QString &filePath)
{
    if (!makePrivateFolder(QFileInfo(filePath).path()))
        return unwritable(filePath, u"the folder cannot be created"_s);
    const SettingsTurn turn(filePath);
    if (auto error = refused(turn, filePath))
        return error;
    const QFileInfo file(filePath);
    if (file.exists() && !file.isFile())
        return unwritable(filePath, u"this is no file"_s);
    if (file.exists() && file.ownerId() != ::geteuid())
        return unwritable(filePath, u"it belongs to another user"_s);
    if (file.exists() && !file.isWritable())
        return unwritable(filePath, u"no access"_s);
    if (const auto problem = settingsdraft::rehearse(filePath, spaceFor(file.size())))
        return unwritable(filePath, *problem);
    return std::nullopt;
}

} // namespace authcore::settingsfile
