// Runs a fuzz target over its corpus, without libFuzzer: fuzz_jwt_replay FOLDER
#include "tests/fuzz/fuzz.h"

#include <QtCore/QDir>
#include <QtCore/QFile>

int main(int argc, char **argv)
{
    const QDir corpus(QString::fromLocal8Bit(argc > 1 ? argv[1] : "."));
    const QStringList names = corpus.entryList(QDir::Files, QDir::Name);
    for (const QString &name : names) {
        QFile file(corpus.filePath(name));
        if (!file.open(QIODevice::ReadOnly))
            return EXIT_FAILURE;
        std::printf("%s\n", qPrintable(name));
        std::fflush(stdout); // after a crash, the last printed name is its input
        const QByteArray input = file.readAll();
        LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t *>(input.constData()),
            static_cast<std::size_t>(input.size()));
    }
    return names.isEmpty() ? EXIT_FAILURE : EXIT_SUCCESS;
}
