#pragma once

#include <QtCore/QString>
#include <QtCore/QStringList>

namespace authcore {

//! What is wrong with the unknown key `key` of an object that may have the keys `known`, and what
//! to do: the key that was meant, the object that has this key, or the keys that there are. Pure.
[[nodiscard]] QString unknownKeyText(const QString &key, const QStringList &known);

} // namespace authcore
