from toiltracker.uploads import LimitedFileUploadHandler


def received(*files):
    handler = LimitedFileUploadHandler()
    kept = []
    for pieces in files:
        handler.new_file("file", "tickets.csv", "text/csv", None)
        for piece in pieces:
            handler.receive_data_chunk(piece, 0)
        kept.append(handler.file_complete(sum(map(len, pieces))))
    return kept


def test_a_file_within_the_limit_is_whole(settings):
    settings.MAX_UPLOAD = 10

    (kept,) = received([b"12345", b"67890"])

    assert (kept.read(), kept.size) == (b"1234567890", 10)


def test_what_is_beyond_the_limit_never_reaches_the_disk(settings):
    settings.MAX_UPLOAD = 10

    (kept,) = received([b"12345678", b"9012", b"3456"])

    assert (kept.read(), kept.size) == (b"12345678", 16)


def test_all_files_of_a_request_share_the_limit(settings):
    settings.MAX_UPLOAD = 10

    first, second = received([b"12345678"], [b"9012"])

    assert (first.read(), second.read()) == (b"12345678", b"")
    assert second.size > settings.MAX_UPLOAD
